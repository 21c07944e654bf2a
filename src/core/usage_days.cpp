#include "core/usage_days.hpp"

#include <array>

#include "core/median.hpp"

namespace jts::hot_storage {

namespace {

/// `a - b` of values that a double might not tell apart.
double difference(std::uint64_t a, std::uint64_t b) {
    return a >= b ? static_cast<double>(a - b) : -static_cast<double>(b - a);
}

struct Day {
    std::vector<double> times;
    std::vector<double> bytes;
};

}  // namespace

std::vector<Point> days_of(const std::vector<UsagePoint>& ascending) {
    if (ascending.empty()) return {};
    const auto latest = ascending.back().at;
    const auto whole_days = (latest - ascending.front().at) / usec_per_day;
    std::array<Day, forecast_days> days;
    for (const auto& point : ascending) {
        const auto age = (latest - point.at) / usec_per_day;
        if (age >= whole_days || age >= days.size()) continue;
        auto& day = days[days.size() - 1 - age];
        day.times.push_back(difference(point.at, latest) / static_cast<double>(usec_per_day));
        day.bytes.push_back(difference(point.used_bytes, ascending.front().used_bytes));
    }
    std::vector<Point> points;
    for (const auto& day : days) {
        if (!day.times.empty()) points.push_back({median(day.times), median(day.bytes)});
    }
    return points;
}

}  // namespace jts::hot_storage
