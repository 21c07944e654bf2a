// Plans and what is free, by file system.
#include <algorithm>
#include <cstdio>

#include "core/usage.hpp"
#include "core/validate_checks.hpp"

namespace jts::hot_storage::validation {

namespace {

CheckResult result_of(Level level) {
    if (level == Level::critical) return CheckResult::fail;
    return level == Level::warning ? CheckResult::warn : CheckResult::pass;
}

std::string percent_text(double percent) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", percent);
    return text;
}

std::string bytes_text(std::uint64_t bytes) {
    return std::to_string(bytes) + " bytes";
}

std::string below_text(std::uint32_t threshold) {
    return "below " + std::to_string(threshold) + " %";
}

void check_fill(Context& context, std::string_view check, const FilesystemUsage& filesystem,
                Level level, double percent, const std::string& what) {
    const auto result = result_of(level);
    auto& finding =
        context.add(check, result, "", filesystem.mount_point,
                    result == CheckResult::pass ? what + " are left" : what + " are running out");
    finding.expected = below_text(context.input.layout.filesystem_thresholds.warning_percent);
    finding.actual = percent_text(percent);
    if (result != CheckResult::pass) {
        finding.fix =
            "make room, or make the file system larger; `jts-storage usage` says which "
            "service fills it";
    }
}

void check_subscription(Context& context, const FilesystemUsage& filesystem) {
    const auto reserve = std::min(filesystem.reserve_bytes, filesystem.capacity_bytes);
    const auto usable = filesystem.capacity_bytes - reserve;
    const bool is_right = filesystem.planned_bytes <= usable;
    auto& finding =
        context.add(check::oversubscribed, is_right ? CheckResult::pass : CheckResult::warn, "",
                    filesystem.mount_point,
                    is_right ? "what is planned here fits beside the reserve"
                             : "more is planned here than fits beside the reserve");
    finding.expected = "at most " + bytes_text(usable);
    finding.actual = bytes_text(filesystem.planned_bytes);
    if (!is_right) {
        finding.fix = "make a service's planned_bytes smaller in the layout, or add a drive";
    }
}

}  // namespace

void check_filesystems(Context& context) {
    const auto& layout = context.input.layout;
    for (const auto& filesystem : context.input.inspection.usage.filesystems) {
        check_fill(context, check::filesystem_space, filesystem, level_of_space(layout, filesystem),
                   percent_used(filesystem), "free bytes");
        if (filesystem.inodes_total > 0) {
            check_fill(context, check::filesystem_inodes, filesystem,
                       level_of_inodes(layout, filesystem), percent_of_inodes(filesystem),
                       "free inodes");
        }
        check_subscription(context, filesystem);
    }
}

void check_share_of_filesystem(Context& context, const ServiceSpec& service) {
    const auto& [services, filesystems] = context.input.inspection.usage;
    const auto usage = services.find(service.name);
    if (usage == services.end() || service.planned_bytes == 0) return;
    const auto found = std::find_if(
        filesystems.begin(), filesystems.end(),
        [&](const FilesystemUsage& one) { return one.mount_point == usage->second.mount_point; });
    if (found == filesystems.end()) return;
    const bool is_right = service.planned_bytes <= found->capacity_bytes;
    auto& finding =
        context.add(check::exceeds_filesystem, is_right ? CheckResult::pass : CheckResult::warn,
                    service.name, found->mount_point,
                    is_right ? "the service's plan is no larger than its file system"
                             : "the service's plan is larger than its whole file system");
    finding.expected = "at most " + bytes_text(found->capacity_bytes);
    finding.actual = bytes_text(service.planned_bytes);
    if (!is_right) {
        finding.fix = "make its planned_bytes smaller in the layout, or give it a larger drive";
    }
}

}  // namespace jts::hot_storage::validation
