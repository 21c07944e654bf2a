#include "jts/hot_storage/model.hpp"

#include <algorithm>

namespace jts::hot_storage {

std::string_view to_string(ChangeKind kind) noexcept {
    switch (kind) {
        case ChangeKind::create_group:
            return "create-group";
        case ChangeKind::create_user:
            return "create-user";
        case ChangeKind::create_directory:
            return "create-directory";
        case ChangeKind::set_owner:
            return "set-owner";
        case ChangeKind::set_mode:
            return "set-mode";
        case ChangeKind::set_acl:
            return "set-acl";
        case ChangeKind::set_owner_below:
            return "set-owner-below";
    }
    return "";
}

std::optional<ChangeKind> change_kind_from(std::string_view text) noexcept {
    using enum ChangeKind;
    for (const auto kind : {create_group, create_user, create_directory, set_owner, set_mode,
                            set_acl, set_owner_below}) {
        if (to_string(kind) == text) return kind;
    }
    return std::nullopt;
}

std::string_view to_string(CheckResult result) noexcept {
    switch (result) {
        case CheckResult::pass:
            return "pass";
        case CheckResult::warn:
            return "warn";
        case CheckResult::fail:
            return "fail";
        case CheckResult::skip:
            return "skip";
    }
    return "";
}

std::uint32_t ValidationReport::count(CheckResult result) const noexcept {
    return static_cast<std::uint32_t>(std::ranges::count(findings, result, &Finding::result));
}

std::string_view to_string(Level level) noexcept {
    switch (level) {
        case Level::ok:
            return "ok";
        case Level::warning:
            return "warning";
        case Level::critical:
            return "critical";
    }
    return "";
}

std::string_view to_string(JobState state) noexcept {
    switch (state) {
        case JobState::running:
            return "running";
        case JobState::succeeded:
            return "succeeded";
        case JobState::failed:
            return "failed";
        case JobState::cancelled:
            return "cancelled";
    }
    return "";
}

std::optional<JobState> job_state_from(std::string_view text) noexcept {
    for (const auto state :
         {JobState::running, JobState::succeeded, JobState::failed, JobState::cancelled}) {
        if (to_string(state) == text) return state;
    }
    return std::nullopt;
}

}  // namespace jts::hot_storage
