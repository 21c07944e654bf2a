#include <cstdio>

#include "client/render.hpp"
#include "client/table.hpp"

namespace jts::hot_storage::client {

namespace {

Cell level_cell(Level level) {
    const std::string name(to_string(level));
    if (level == Level::ok) return {name, Tone::good};
    return {name, level == Level::critical ? Tone::bad : Tone::notable};
}

/// Nothing where nothing is planned.
std::string percent_text(const ServiceUsage& usage) {
    if (usage.planned_bytes == 0) return {};
    char digits[400];  // the longest double has 309 digits
    std::snprintf(digits, sizeof digits, "%.1f", usage.percent_of_plan);
    return digits;
}

std::string services_text(const UsageReport& report, SizeForm form, const Style& style) {
    Table table({"SERVICE", "USED", "PLANNED", "%", "LEVEL", "INODES", "MOUNT"}, style);
    table.align_right({1, 2, 3, 5});
    for (const auto& [name, usage] : report.services) {
        const char* mark = usage.incomplete ? "+" : "";
        table.add({{name},
                   {size_text(usage.used_bytes, form) + mark},
                   {size_text(usage.planned_bytes, form)},
                   {percent_text(usage)},
                   level_cell(usage.level),
                   {std::to_string(usage.inodes) + mark},
                   {usage.mount_point}});
    }
    return table.text();
}

std::string filesystems_text(const UsageReport& report, SizeForm form, const Style& style) {
    Table table({"MOUNT", "TYPE", "CAPACITY", "USED", "AVAILABLE", "PLANNED", "LEVEL"}, style);
    table.align_right({2, 3, 4, 5});
    for (const FilesystemUsage& filesystem : report.filesystems)
        table.add({{filesystem.mount_point},
                   {filesystem.type},
                   {size_text(filesystem.capacity_bytes, form)},
                   {size_text(filesystem.used_bytes, form)},
                   {size_text(filesystem.available_bytes, form)},
                   {size_text(filesystem.planned_bytes, form)},
                   level_cell(filesystem.level)});
    return table.text();
}

Json service_json(const ServiceUsage& usage) {
    return {{"path", usage.path},
            {"mount_point", usage.mount_point},
            {"used_bytes", usage.used_bytes},
            {"apparent_bytes", usage.apparent_bytes},
            {"inodes", usage.inodes},
            {"planned_bytes", usage.planned_bytes},
            {"percent_of_plan", usage.percent_of_plan},
            {"level", to_string(usage.level)},
            {"method", usage.method},
            {"sampled_at", usage.sampled_at},
            {"incomplete", usage.incomplete},
            {"mounts_skipped", usage.mounts_skipped}};
}

Json filesystem_json(const FilesystemUsage& filesystem) {
    return {{"mount_point", filesystem.mount_point},
            {"type", filesystem.type},
            {"source", filesystem.source},
            {"capacity_bytes", filesystem.capacity_bytes},
            {"available_bytes", filesystem.available_bytes},
            {"used_bytes", filesystem.used_bytes},
            {"planned_bytes", filesystem.planned_bytes},
            {"reserve_bytes", filesystem.reserve_bytes},
            {"inodes_total", filesystem.inodes_total},
            {"inodes_free", filesystem.inodes_free},
            {"level", to_string(filesystem.level)}};
}

}  // namespace

std::string usage_text(const UsageReport& report, SizeForm form, const Style& style) {
    const std::string services = services_text(report, form, style);
    return services + (services.empty() ? "" : "\n") + filesystems_text(report, form, style);
}

Json usage_json(const UsageReport& report) {
    Json document = json_document();
    document["services"] = Json::object();
    for (const auto& [name, usage] : report.services)
        document["services"][name] = service_json(usage);
    document["filesystems"] = Json::array();
    for (const FilesystemUsage& filesystem : report.filesystems)
        document["filesystems"].push_back(filesystem_json(filesystem));
    return document;
}

}  // namespace jts::hot_storage::client
