#include <algorithm>
#include <array>

#include "client/convert.hpp"

namespace jts::hot_storage::client {

namespace {

Level to_level(const std::string& name) {
    using enum Level;
    static constexpr std::array Levels = {ok, warning, critical};
    return named(name, Levels, "the level");
}

}  // namespace

ServiceUsage to_service_usage(const Dictionary& dictionary) {
    return {required<std::string>(dictionary, "path"),
            required<std::string>(dictionary, "mount_point"),
            required<std::uint64_t>(dictionary, "used_bytes"),
            required<std::uint64_t>(dictionary, "apparent_bytes"),
            required<std::uint64_t>(dictionary, "inodes"),
            required<std::uint64_t>(dictionary, "planned_bytes"),
            required<double>(dictionary, "percent_of_plan"),
            to_level(required<std::string>(dictionary, "level")),
            required<std::string>(dictionary, "method"),
            required<std::uint64_t>(dictionary, "sampled_at"),
            required<bool>(dictionary, "incomplete"),
            required<std::uint32_t>(dictionary, "mounts_skipped")};
}

FilesystemUsage to_filesystem_usage(const Dictionary& dictionary) {
    return {required<std::string>(dictionary, "mount_point"),
            required<std::string>(dictionary, "type"),
            required<std::string>(dictionary, "source"),
            required<std::uint64_t>(dictionary, "capacity_bytes"),
            required<std::uint64_t>(dictionary, "available_bytes"),
            required<std::uint64_t>(dictionary, "used_bytes"),
            required<std::uint64_t>(dictionary, "planned_bytes"),
            required<std::uint64_t>(dictionary, "reserve_bytes"),
            required<std::uint64_t>(dictionary, "inodes_total"),
            required<std::uint64_t>(dictionary, "inodes_free"),
            to_level(required<std::string>(dictionary, "level"))};
}

UsageReport to_usage(const DictionaryByName& services, const std::vector<Dictionary>& filesystems) {
    UsageReport report;
    for (const auto& [name, dictionary] : services)
        report.services.emplace(name, to_service_usage(dictionary));
    report.filesystems = to_list(filesystems, to_filesystem_usage);
    return report;
}

UsageReport to_usage(const Dictionary& result) {
    return to_usage(required<DictionaryByName>(result, "services"),
                    required<std::vector<Dictionary>>(result, "filesystems"));
}

sdbus::Variant to_bus_age(std::chrono::microseconds age) {
    return sdbus::Variant(static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.count())));
}

}  // namespace jts::hot_storage::client
