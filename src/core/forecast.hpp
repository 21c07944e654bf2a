/// How fast something grows, and when it will be full. Pure: times are passed in.
/// docs/decisions/0016 says why this estimator and how steps are found.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

inline constexpr std::uint64_t usec_per_day = 86'400'000'000;

/// How many days before the latest point count: long enough for four weeks' rhythm, short enough to
/// follow a service that has begun to grow faster.
inline constexpr std::size_t forecast_days = 30;

/// So many whole days with a point, after the last step, a forecast needs. Of fewer, chance alone
/// makes more than one series in twenty rise or fall throughout.
inline constexpr std::size_t least_forecast_days = 5;

/// Nothing is foretold beyond: from a month's history that would be no forecast.
inline constexpr std::uint64_t farthest_forecast_days = 3650;

struct UsagePoint {
    std::uint64_t at = 0;  ///< microseconds since the epoch
    std::uint64_t used_bytes = 0;

    bool operator==(const UsagePoint&) const = default;
};

/// Where a series stands, and how it moves: a forecast before it is known how much room there is.
struct Trend {
    std::uint64_t latest = 0;  ///< the last point, microseconds since the epoch
    double level_bytes = 0;    ///< the median of the last whole day
    double level_day = 0;      ///< when that was: days before the latest point, not above 0
    double growth_bytes_per_day = 0;
    double growth_low = 0;  ///< with `growth_high`: the 95 % band
    double growth_high = 0;

    bool operator==(const Trend&) const = default;
};

/// From points in any order and at any distances. Nothing where the history is too short: fewer
/// than `least_forecast_days`. The cost is that of sorting the points. All numbers are finite.
std::optional<Trend> find_trend(std::vector<UsagePoint> history);

/// `capacity_bytes` is a plan or a file system's size, 0 where there is none. Quick.
Forecast make_forecast(const Trend& trend, std::uint64_t capacity_bytes);

}  // namespace jts::hot_storage
