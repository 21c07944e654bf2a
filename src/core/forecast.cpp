#include "core/forecast.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/usage_days.hpp"

namespace jts::hot_storage {

namespace {

constexpr auto farthest = static_cast<double>(farthest_forecast_days);

/// Where the series stands against its capacity: the last day's median, which no burst moves.
struct Standing {
    Point last_day;
    double room_bytes = 0;  ///< from there to the capacity
    std::uint64_t latest = 0;

    /// Days from the latest point until a growth fills the room; 0 where it has.
    double days_left(double bytes_per_day) const {
        return std::max(room_bytes / bytes_per_day + last_day.x, 0.0);
    }

    std::uint64_t time_in(double days) const {
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        const auto usec = static_cast<std::uint64_t>(std::min(days, farthest) *
                                                     static_cast<double>(usec_per_day));
        return usec > most - latest ? most : latest + usec;
    }
};

/// Only where growth is beyond doubt: else the late bound would be never.
void add_full(Forecast& forecast, const Standing& standing) {
    if (forecast.growth_low <= 0) return;
    const auto days = standing.days_left(forecast.growth_bytes_per_day);
    if (days > farthest) return;
    forecast.full_at = standing.time_in(days);
    forecast.full_early = standing.time_in(standing.days_left(forecast.growth_high));
    forecast.full_late = standing.time_in(standing.days_left(forecast.growth_low));
}

}  // namespace

std::optional<Forecast> make_forecast(std::vector<UsagePoint> history,
                                      std::uint64_t capacity_bytes) {
    std::ranges::sort(
        history, {}, [](const UsagePoint& point) { return std::pair(point.at, point.used_bytes); });
    const auto days = after_last_step(days_of(history));
    if (days.size() < least_forecast_days) return std::nullopt;
    const auto slope = theil_sen(days);
    Forecast forecast;
    forecast.growth_bytes_per_day = slope.estimate;
    forecast.growth_low = slope.low;
    forecast.growth_high = slope.high;
    if (capacity_bytes > 0) {
        const auto room = static_cast<double>(capacity_bytes) -
                          static_cast<double>(history.front().used_bytes) - days.back().y;
        add_full(forecast, {days.back(), room, history.back().at});
    }
    return forecast;
}

}  // namespace jts::hot_storage
