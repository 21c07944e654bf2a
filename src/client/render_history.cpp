#include <algorithm>

#include "client/render.hpp"
#include "client/sparkline.hpp"
#include "client/table.hpp"
#include "client/time_text.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr std::size_t TrendWidth = 32;

void add_series(Table& table, const std::string& service, const std::vector<HistoryPoint>& points,
                SizeForm form, const Style& style) {
    const auto [lowest, highest] = std::ranges::minmax(points, {}, &HistoryPoint::used_bytes);
    std::vector<TimedValue> values;
    for (const HistoryPoint& point : points) values.emplace_back(point.time, point.used_bytes);
    table.add({{service},
               {std::to_string(points.size())},
               {time_text(points.front().time)},
               {time_text(points.back().time)},
               {size_text(points.back().used_bytes, form)},
               {size_text(lowest.used_bytes, form)},
               {size_text(highest.used_bytes, form)},
               {sparkline(values, TrendWidth, style.symbols)}});
}

Json point_json(const std::string& service, const HistoryPoint& point) {
    return {{"service", service},
            {"time", point.time},
            {"used_bytes", point.used_bytes},
            {"apparent_bytes", point.apparent_bytes},
            {"inodes", point.inodes}};
}

}  // namespace

std::string sample_text(const SampleReport& report, const Style& style) {
    Table table({"RESULT", "VALUE"}, style);
    table.add({{"sampled_at"}, {time_text(report.sampled_at)}});
    table.add({{"services"}, {std::to_string(report.services)}});
    table.add({{"incomplete"},
               {report.incomplete ? "yes" : "no", report.incomplete ? Tone::bad : Tone::plain}});
    return table.text();
}

Json sample_json(const SampleReport& report) {
    Json document = json_document();
    document["sampled_at"] = report.sampled_at;
    document["services"] = report.services;
    document["incomplete"] = report.incomplete;
    return document;
}

std::string history_text(const HistoryReport& report, SizeForm form, const Style& style) {
    Table table({"SERVICE", "POINTS", "FROM", "TO", "USED", "LOWEST", "HIGHEST", "TREND"}, style);
    table.align_right({1, 4, 5, 6});
    for (const auto& [service, points] : report)
        if (!points.empty()) add_series(table, service, points, form, style);
    return table.text();
}

std::string points_text(const HistoryReport& report, SizeForm form, const Style& style) {
    Table table({"SERVICE", "TIME", "USED", "APPARENT", "INODES"}, style);
    table.align_right({2, 3, 4});
    for (const auto& [service, points] : report)
        for (const HistoryPoint& point : points)
            table.add({{service},
                       {time_text(point.time)},
                       {size_text(point.used_bytes, form)},
                       // Of the file system it is not known.
                       {service.empty() ? "" : size_text(point.apparent_bytes, form)},
                       {std::to_string(point.inodes)}});
    return table.text();
}

Json history_json(const HistoryReport& report) {
    Json document = json_document();
    document["points"] = Json::array();
    for (const auto& [service, points] : report)
        for (const HistoryPoint& point : points)
            document["points"].push_back(point_json(service, point));
    return document;
}

/// Names of services and digits need no quotes.
std::string history_csv(const HistoryReport& report, bool legend) {
    std::string text = legend ? "service,time,used_bytes,apparent_bytes,inodes\n" : "";
    for (const auto& [service, points] : report)
        for (const HistoryPoint& point : points)
            text += service + ',' + time_text(point.time) + ',' + std::to_string(point.used_bytes) +
                    ',' + std::to_string(point.apparent_bytes) + ',' +
                    std::to_string(point.inodes) + '\n';
    return text;
}

}  // namespace jts::hot_storage::client
