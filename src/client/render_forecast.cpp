#include <cmath>

#include "client/render.hpp"
#include "client/time_text.hpp"
#include "core/usage.hpp"

namespace jts::hot_storage::client {

namespace {

std::string signed_size(double bytes, SizeForm form) {
    const auto size = size_text(static_cast<std::uint64_t>(std::llround(std::fabs(bytes))), form);
    return (bytes < 0 ? "-" : "+") + size;
}

std::string day_text(const std::optional<std::uint64_t>& time) {
    return time ? time_text(*time).substr(0, 10) : "";
}

/// What there is room for, of a service or a file system.
struct Room {
    std::string name;
    std::uint64_t used = 0;
    std::uint64_t capacity = 0;
};

void add_row(Table& table, const Room& room, const std::optional<Forecast>& forecast,
             SizeForm form) {
    const auto known = forecast.value_or(Forecast{});
    const std::string band =
        forecast ? signed_size(known.growth_low, form) + ".." + signed_size(known.growth_high, form)
                 : "";
    const Cell full = known.full_at ? Cell{day_text(known.full_at), Tone::notable} : Cell{};
    table.add({{room.name},
               {size_text(room.used, form)},
               {room.capacity > 0 ? size_text(room.capacity, form) : ""},
               {growth_text(forecast, form)},
               {band},
               full,
               {day_text(known.full_early)},
               {day_text(known.full_late)}});
}

Table new_table(const char* first, const Style& style) {
    Table table({first, "USED", "OF", "PER DAY", "BETWEEN", "FULL", "EARLIEST", "LATEST"}, style);
    table.align_right({1, 2, 3, 4});
    table.leave_out_where_narrow({6, 7, 4});
    return table;
}

}  // namespace

std::string growth_text(const std::optional<double>& bytes_per_day, SizeForm form) {
    return bytes_per_day ? signed_size(*bytes_per_day, form) : "";
}

std::string growth_text(const std::optional<Forecast>& forecast, SizeForm form) {
    return forecast ? signed_size(forecast->growth_bytes_per_day, form) : "";
}

void add_forecast(Json& document, const std::optional<Forecast>& forecast) {
    if (!forecast) return;
    document["growth_bytes_per_day"] = forecast->growth_bytes_per_day;
    document["growth_low"] = forecast->growth_low;
    document["growth_high"] = forecast->growth_high;
    const auto add_time = [&](const char* key, const std::optional<std::uint64_t>& time) {
        if (time) document[key] = *time;
    };
    add_time("full_at", forecast->full_at);
    add_time("full_early", forecast->full_early);
    add_time("full_late", forecast->full_late);
}

std::string forecast_text(const UsageReport& report, SizeForm form, const Style& style) {
    Table services = new_table("SERVICE", style);
    for (const auto& [name, usage] : report.services)
        add_row(services, {name, usage.used_bytes, usage.planned_bytes}, usage.forecast, form);
    Table filesystems = new_table("MOUNT", style);
    for (const auto& filesystem : report.filesystems)
        add_row(filesystems,
                {filesystem.mount_point, filesystem.used_bytes, usable_bytes(filesystem)},
                filesystem.forecast, form);
    const std::string text = services.text();
    return text + (text.empty() ? "" : "\n") + filesystems.text();
}

Json forecast_json(const UsageReport& report) {
    Json document = json_document();
    document["services"] = Json::object();
    for (const auto& [name, usage] : report.services) {
        Json& service = document["services"][name];
        service = {{"used_bytes", usage.used_bytes},
                   {"planned_bytes", usage.planned_bytes},
                   {"sampled_at", usage.sampled_at}};
        add_forecast(service, usage.forecast);
    }
    document["filesystems"] = Json::array();
    for (const auto& one : report.filesystems) {
        Json filesystem = {{"mount_point", one.mount_point},
                           {"used_bytes", one.used_bytes},
                           {"usable_bytes", usable_bytes(one)}};
        add_forecast(filesystem, one.forecast);
        document["filesystems"].push_back(std::move(filesystem));
    }
    return document;
}

}  // namespace jts::hot_storage::client
