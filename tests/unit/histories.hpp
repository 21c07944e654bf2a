/// Histories made by hand, whose growth is known.
#pragma once

#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "core/forecast.hpp"

namespace jts::hot_storage::test {

constexpr std::uint64_t gigabyte = 1'000'000'000;
constexpr std::uint64_t usec_per_hour = usec_per_day / 24;
constexpr std::uint64_t some_day = 1'700'000'000'000'000;

using History = std::vector<UsagePoint>;

/// Bytes as a function of days since `some_day`.
using BytesAt = std::function<double(double)>;

inline std::uint64_t time_of(double days) {
    return some_day + static_cast<std::uint64_t>(days * static_cast<double>(usec_per_day));
}

/// A point each hour of the first `days` days and one at their end.
inline History hourly(std::uint64_t days, const BytesAt& bytes_at) {
    History history;
    for (std::uint64_t hour = 0; hour <= days * 24; ++hour) {
        const auto at = static_cast<double>(hour) / 24;
        history.push_back({some_day + hour * usec_per_hour,
                           static_cast<std::uint64_t>(std::llround(bytes_at(at)))});
    }
    return history;
}

/// A straight line, in gigabytes and gigabytes a day.
inline BytesAt line(double from, double a_day) {
    return [=](double days) { return (from + a_day * days) * static_cast<double>(gigabyte); };
}

/// Numbers that look random and are always the same.
class Noise {
  public:
    double between(double low, double high) {
        const auto share = static_cast<double>(engine_()) / static_cast<double>(engine_.max());
        return low + (high - low) * share;
    }
    bool chance(double share) { return between(0, 1) < share; }

  private:
    std::mt19937 engine_{12345};
};

/// Nothing where the history is too short.
inline std::optional<Forecast> forecast_from(const History& history, std::uint64_t capacity_bytes) {
    const auto trend = find_trend(history);
    if (!trend) return std::nullopt;
    return make_forecast(*trend, capacity_bytes);
}

inline double gigabytes(double bytes) {
    return bytes / static_cast<double>(gigabyte);
}

}  // namespace jts::hot_storage::test
