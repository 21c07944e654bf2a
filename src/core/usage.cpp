#include "core/usage.hpp"

#include <algorithm>

#include "core/saturating_sum.hpp"
#include "core/thresholds.hpp"

namespace jts::hot_storage {

namespace {

/// Exact where the result is a whole number and `part` below 2^53 / 100: so that a threshold is
/// reached where it is.
double percent_of(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::uint64_t percentage(std::uint64_t whole, std::uint32_t percent) {
    const std::uint64_t share = std::min(percent, 100U);
    return whole / 100 * share + whole % 100 * share / 100;
}

void fill_service(const ServiceSpec* spec, ServiceUsage& usage) {
    usage.planned_bytes = spec != nullptr ? spec->planned_bytes : 0;
    usage.percent_of_plan = percent_of(usage.used_bytes, usage.planned_bytes);
    const auto& thresholds = spec != nullptr ? spec->thresholds : default_service_thresholds;
    usage.level = std::max(level_at_percent(thresholds, usage.percent_of_plan),
                           level_at_bytes(thresholds, usage.used_bytes));
}

void fill_filesystem(const Layout& layout, const std::map<std::string, ServiceUsage>& services,
                     FilesystemUsage& filesystem) {
    filesystem.planned_bytes = 0;
    for (const auto& [name, usage] : services) {
        if (usage.mount_point != filesystem.mount_point) continue;
        filesystem.planned_bytes = saturating_sum(filesystem.planned_bytes, usage.planned_bytes);
    }
    filesystem.reserve_bytes = percentage(filesystem.capacity_bytes, layout.reserve_percent);
    filesystem.level =
        std::max(level_of_space(layout, filesystem), level_of_inodes(layout, filesystem));
}

}  // namespace

UsageReport make_usage(const Layout& layout, UsageReport counted) {
    for (auto& [name, usage] : counted.services) fill_service(layout.find(name), usage);
    for (auto& filesystem : counted.filesystems) {
        fill_filesystem(layout, counted.services, filesystem);
    }
    return counted;
}

std::uint64_t usable_bytes(const FilesystemUsage& filesystem) noexcept {
    return saturating_sum(filesystem.used_bytes, filesystem.available_bytes);
}

double percent_used(const FilesystemUsage& filesystem) noexcept {
    return percent_of(filesystem.used_bytes, usable_bytes(filesystem));
}

double percent_of_inodes(const FilesystemUsage& filesystem) noexcept {
    const auto free = std::min(filesystem.inodes_free, filesystem.inodes_total);
    return percent_of(filesystem.inodes_total - free, filesystem.inodes_total);
}

Level level_of_space(const Layout& layout, const FilesystemUsage& filesystem) noexcept {
    return level_at_percent(layout.filesystem_thresholds, percent_used(filesystem));
}

Level level_of_inodes(const Layout& layout, const FilesystemUsage& filesystem) noexcept {
    return level_at_percent(layout.filesystem_thresholds, percent_of_inodes(filesystem));
}

}  // namespace jts::hot_storage
