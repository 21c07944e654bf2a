#include <algorithm>
#include <optional>

#include "client/convert.hpp"

namespace jts::hot_storage::client {

namespace {

std::optional<std::uint64_t> time_in(const Dictionary& dictionary, const char* key) {
    if (!dictionary.contains(key)) return std::nullopt;
    return required<std::uint64_t>(dictionary, key);
}

/// Nothing where the history is too short.
std::optional<Forecast> forecast_in(const Dictionary& dictionary) {
    if (!dictionary.contains("growth_bytes_per_day")) return std::nullopt;
    return Forecast{required<double>(dictionary, "growth_bytes_per_day"),
                    required<double>(dictionary, "growth_low"),
                    required<double>(dictionary, "growth_high"),
                    time_in(dictionary, "full_at"),
                    time_in(dictionary, "full_early"),
                    time_in(dictionary, "full_late")};
}

DirectoryUsage to_directory_usage(const Dictionary& dictionary) {
    DirectoryUsage directory{required<std::string>(dictionary, "path"),
                             required<std::uint64_t>(dictionary, "used_bytes"),
                             {}};
    if (dictionary.contains("growth_bytes_per_day"))
        directory.growth_bytes_per_day = required<double>(dictionary, "growth_bytes_per_day");
    return directory;
}

/// Nothing where it was not asked for.
std::optional<TopDirectories> top_in(const Dictionary& dictionary) {
    if (!dictionary.contains("top_directories")) return std::nullopt;
    return TopDirectories{to_list(required<std::vector<Dictionary>>(dictionary, "top_directories"),
                                  to_directory_usage),
                          required<bool>(dictionary, "top_incomplete")};
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
            required<std::uint32_t>(dictionary, "mounts_skipped"),
            forecast_in(dictionary),
            top_in(dictionary)};
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
            to_level(required<std::string>(dictionary, "level")),
            forecast_in(dictionary)};
}

std::map<std::string, ServiceUsage> to_service_usages(const DictionaryByName& services) {
    std::map<std::string, ServiceUsage> usages;
    for (const auto& [name, dictionary] : services)
        usages.emplace(name, to_service_usage(dictionary));
    return usages;
}

UsageReport to_usage(const DictionaryByName& services, const std::vector<Dictionary>& filesystems) {
    return {to_service_usages(services), to_list(filesystems, to_filesystem_usage)};
}

UsageReport to_usage(const Dictionary& result) {
    return to_usage(required<DictionaryByName>(result, "services"),
                    required<std::vector<Dictionary>>(result, "filesystems"));
}

sdbus::Variant to_bus_age(std::chrono::microseconds age) {
    return sdbus::Variant(static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.count())));
}

}  // namespace jts::hot_storage::client
