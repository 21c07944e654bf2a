#include <cstdio>

#include "client/bar.hpp"
#include "client/render.hpp"
#include "client/time_text.hpp"
#include "core/usage.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr std::size_t BarWidth = 16;

Cell level_cell(Level level) {
    return {std::string(to_string(level)), tone_of(level)};
}

std::string percent_text(double percent) {
    char digits[400];  // the longest double has 309 digits
    std::snprintf(digits, sizeof digits, "%.1f", percent);
    return digits;
}

std::string time_left(const std::optional<Forecast>& forecast, std::uint64_t now) {
    if (!forecast || !forecast->full_at) return {};
    return *forecast->full_at > now ? span_text(*forecast->full_at - now) : "now";
}

/// A mark beyond the bar's end would be no mark.
unsigned mark_in_bar(unsigned percent) {
    return percent <= 100 ? percent : 0;
}

unsigned mark_of(const UsageView& view, const std::string& service) {
    const auto found = view.warning_percent.find(service);
    return found == view.warning_percent.end() ? 0 : mark_in_bar(found->second);
}

std::string services_text(const UsageReport& report, const UsageView& view, const Style& style) {
    Table table({"SERVICE", "USED", "PLANNED", "%", "FILL", "LEVEL", "PER DAY", "FULL IN", "AGE",
                 "INODES", "MOUNT"},
                style);
    table.align_right({1, 2, 3, 6, 7, 8, 9});
    table.leave_out_where_narrow({10, 9, 8, 2, 4, 6, 7});
    for (const auto& [name, usage] : report.services) {
        const char* mark = usage.incomplete ? "+" : "";
        // Nothing where nothing is planned.
        const bool is_planned = usage.planned_bytes > 0;
        table.add(
            {{name},
             {size_text(usage.used_bytes, view.form) + mark},
             {size_text(usage.planned_bytes, view.form)},
             {is_planned ? percent_text(usage.percent_of_plan) : ""},
             {is_planned ? bar(usage.percent_of_plan, mark_of(view, name), BarWidth, style.symbols)
                         : ""},
             level_cell(usage.level),
             {growth_text(usage.forecast, view.form)},
             {time_left(usage.forecast, view.now)},
             {view.now > usage.sampled_at ? span_text(view.now - usage.sampled_at) : span_text(0)},
             {std::to_string(usage.inodes) + mark},
             {usage.mount_point}});
    }
    return table.text();
}

std::string filesystems_text(const UsageReport& report, const UsageView& view, const Style& style) {
    Table table({"MOUNT", "TYPE", "CAPACITY", "USED", "AVAILABLE", "%", "FILL", "LEVEL", "PER DAY",
                 "FULL IN", "PLANNED"},
                style);
    table.align_right({2, 3, 4, 5, 8, 9, 10});
    table.leave_out_where_narrow({10, 1, 2, 3, 6, 8, 9});
    for (const FilesystemUsage& one : report.filesystems) {
        const double percent = percent_used(one);
        table.add({{one.mount_point},
                   {one.type},
                   {size_text(one.capacity_bytes, view.form)},
                   {size_text(one.used_bytes, view.form)},
                   {size_text(one.available_bytes, view.form)},
                   {percent_text(percent)},
                   {bar(percent, view.filesystem_warning_percent, BarWidth, style.symbols)},
                   level_cell(one.level),
                   {growth_text(one.forecast, view.form)},
                   {time_left(one.forecast, view.now)},
                   {size_text(one.planned_bytes, view.form)}});
    }
    return table.text();
}

double share_of(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

/// The paths are whole, so that they can be copied, and so tell which service it is.
std::string top_text(const ServiceUsage& usage, const UsageView& view, const Style& style) {
    Table table({"USED", "SHARE", "PER DAY", "DIRECTORY"}, style);
    table.align_right({0, 1, 2});
    table.leave_out_where_narrow({1, 2});
    for (const auto& [path, used_bytes, growth] : usage.top->directories)
        table.add({{size_text(used_bytes, view.form)},
                   {percent_text(share_of(used_bytes, usage.used_bytes)) + "%"},
                   {growth_text(growth, view.form)},
                   {path}});
    return table.text();
}

Json directory_json(const DirectoryUsage& directory) {
    Json document = {{"path", directory.path}, {"used_bytes", directory.used_bytes}};
    if (directory.growth_bytes_per_day)
        document["growth_bytes_per_day"] = *directory.growth_bytes_per_day;
    return document;
}

void add_top(Json& document, const std::optional<TopDirectories>& top) {
    if (!top) return;
    document["top_directories"] = Json::array();
    for (const auto& directory : top->directories)
        document["top_directories"].push_back(directory_json(directory));
    document["top_incomplete"] = top->incomplete;
}

Json filesystem_json(const FilesystemUsage& filesystem) {
    Json document = {{"mount_point", filesystem.mount_point},
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
    add_forecast(document, filesystem.forecast);
    return document;
}

}  // namespace

std::string usage_text(const UsageReport& report, const UsageView& view, const Style& style) {
    std::string text = services_text(report, view, style);
    const auto go_on_with = [&](const std::string& table) {
        text += (text.empty() || table.empty() ? "" : "\n") + table;
    };
    go_on_with(filesystems_text(report, view, style));
    for (const auto& [name, usage] : report.services)
        if (usage.top) go_on_with(top_text(usage, view, style));
    return text;
}

Json service_usage_json(const ServiceUsage& usage) {
    Json document = {{"path", usage.path},
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
    add_forecast(document, usage.forecast);
    add_top(document, usage.top);
    return document;
}

Json usage_json(const UsageReport& report) {
    Json document = json_document();
    document["services"] = Json::object();
    for (const auto& [name, usage] : report.services)
        document["services"][name] = service_usage_json(usage);
    document["filesystems"] = Json::array();
    for (const FilesystemUsage& filesystem : report.filesystems)
        document["filesystems"].push_back(filesystem_json(filesystem));
    return document;
}

}  // namespace jts::hot_storage::client
