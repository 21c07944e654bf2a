#include "core/forecast.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/usage_days.hpp"

namespace jts::hot_storage {

namespace {

constexpr auto farthest = static_cast<double>(farthest_forecast_days);

/// A trend against what there is room for. The last day's median is what no burst moves.
class Standing {
  public:
    Standing(const Trend& trend, std::uint64_t capacity_bytes)
        : trend_(trend), room_bytes_(static_cast<double>(capacity_bytes) - trend.level_bytes) {}

    /// Days from the latest point until a growth fills the room; 0 where it has.
    double days_left(double bytes_per_day) const {
        return std::max(room_bytes_ / bytes_per_day + trend_.level_day, 0.0);
    }

    std::uint64_t time_in(double days) const {
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        const auto usec = static_cast<std::uint64_t>(std::min(days, farthest) *
                                                     static_cast<double>(usec_per_day));
        return usec > most - trend_.latest ? most : trend_.latest + usec;
    }

  private:
    const Trend& trend_;
    double room_bytes_;
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

std::optional<Trend> find_trend(std::vector<UsagePoint> history) {
    std::ranges::sort(
        history, {}, [](const UsagePoint& point) { return std::pair(point.at, point.used_bytes); });
    const auto days = after_last_step(days_of(history));
    if (days.size() < least_forecast_days) return std::nullopt;
    const auto slope = theil_sen(days);
    // Days are counted from the latest point, bytes from the first one.
    return Trend{.latest = history.back().at,
                 .level_bytes = static_cast<double>(history.front().used_bytes) + days.back().y,
                 .level_day = days.back().x,
                 .growth_bytes_per_day = slope.estimate,
                 .growth_low = slope.low,
                 .growth_high = slope.high};
}

Forecast make_forecast(const Trend& trend, std::uint64_t capacity_bytes) {
    Forecast forecast;
    forecast.growth_bytes_per_day = trend.growth_bytes_per_day;
    forecast.growth_low = trend.growth_low;
    forecast.growth_high = trend.growth_high;
    if (capacity_bytes > 0) add_full(forecast, Standing(trend, capacity_bytes));
    return forecast;
}

}  // namespace jts::hot_storage
