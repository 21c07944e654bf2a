#include "core/validate.hpp"

#include <algorithm>

#include "core/plan_base.hpp"
#include "core/text.hpp"
#include "core/validate_checks.hpp"

namespace jts::hot_storage {

namespace validation {

namespace {

bool is_base_usable(const ValidationInput& input, const planning::Numbering& numbering) {
    Plan scratch;
    return planning::plan_base(input.layout, input.observation, numbering, scratch).usable;
}

const Change* find_change(const Plan& plan, ChangeKind kind, auto is_of) {
    const auto found =
        std::find_if(plan.changes.begin(), plan.changes.end(), [&](const PlannedChange& planned) {
            return planned.change.kind == kind && is_of(planned);
        });
    return found != plan.changes.end() ? &found->change : nullptr;
}

}  // namespace

Finding& Context::add(std::string_view check, CheckResult result, const std::string& service,
                      const std::string& subject, std::string message) {
    Finding finding;
    finding.check = check;
    finding.result = result;
    finding.service = service;
    finding.subject = subject;
    finding.message = std::move(message);
    return findings.emplace_back(std::move(finding));
}

const Change* change_of(const Plan& plan, ChangeKind kind, const DirectoryKey& target) {
    return find_change(plan, kind,
                       [&](const PlannedChange& planned) { return planned.target == target; });
}

const Change* change_of(const Plan& plan, ChangeKind kind, const std::string& account) {
    return find_change(plan, kind, [&](const PlannedChange& planned) {
        return planned.change.subject == account;
    });
}

std::string shell_word(const std::string& path) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/._-+:@%").find(c) != std::string_view::npos;
    };
    if (std::all_of(path.begin(), path.end(), is_plain)) return path;
    std::string word = "'";
    for (const char c : path) {
        if (c == '\'') word += "'\\'";
        word += c;
    }
    return word + "'";
}

}  // namespace validation

ValidationReport validate(const ValidationInput& input) {
    planning::Numbering numbering(input.layout, input.observation, input.services);
    const bool usable = validation::is_base_usable(input, numbering);
    validation::Context context{input, std::move(numbering), usable, {}};
    validation::check_host(context);
    validation::check_filesystems(context);
    validation::check_base(context);
    for (const auto* service : planning::selected(input.layout, input.services)) {
        validation::check_accounts(context, *service);
        validation::check_share_of_filesystem(context, *service);
        validation::check_directories(context, *service);
        validation::check_units(context, *service);
    }
    return {std::move(context.findings)};
}

namespace {

/// The system's words for what it could not read or give may name it.
bool may_quote_names(std::string_view check) {
    using namespace validation::check;
    return check == below_readable || check == changes_pending || check == changes_records;
}

}  // namespace

ValidationReport without_names(ValidationReport report) {
    for (auto& finding : report.findings) {
        finding.examples.clear();
        if (may_quote_names(finding.check)) finding.actual.clear();
    }
    return report;
}

std::vector<std::string_view> check_ids() {
    using namespace validation::check;
    return {layout_rejected,  protected_hardlinks, changes_pending, changes_records,
            filesystem_space, filesystem_inodes,   oversubscribed,  mount_expected,
            base_safe,        base_writable,       base_unmanaged,  group_exists,
            group_members,    user_exists,         user_account,    exceeds_filesystem,
            directory_exists, directory_type,      directory_owner, directory_mode,
            directory_acl,    lost_found,          below_owner,     below_refused,
            below_links_out,  below_readable,      probe_write,     unit_sandbox};
}

}  // namespace jts::hot_storage
