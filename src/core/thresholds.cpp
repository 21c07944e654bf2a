#include "core/thresholds.hpp"

#include <algorithm>

namespace jts::hot_storage {

namespace {

Level level_of(bool warning, bool critical) {
    if (critical) return Level::critical;
    return warning ? Level::warning : Level::ok;
}

std::uint32_t lower(std::uint32_t percent, std::uint32_t points) {
    return percent - std::min(percent, points);
}

/// Without overflow, rounded down.
std::uint64_t less_percent(std::uint64_t bytes, std::uint32_t percent) {
    const std::uint64_t rest = 100 - std::min(percent, 100U);
    return bytes / 100 * rest + bytes % 100 * rest / 100;
}

/// 0 stays 0: a level that never begins is never held.
std::uint32_t more_days(std::uint32_t days) {
    return days == 0 ? 0 : days + std::max(days / 4, 1U);
}

}  // namespace

Level level_at_percent(const Thresholds& thresholds, double percent) noexcept {
    return level_of(percent >= thresholds.warning_percent, percent >= thresholds.critical_percent);
}

Level level_at_bytes(const Thresholds& thresholds, std::uint64_t bytes) noexcept {
    return level_of(thresholds.warning_bytes && bytes >= *thresholds.warning_bytes,
                    thresholds.critical_bytes && bytes >= *thresholds.critical_bytes);
}

Level level_with_days_left(const Thresholds& thresholds, double days) noexcept {
    return level_of(days < thresholds.warning_days_left, days < thresholds.critical_days_left);
}

Thresholds less_hysteresis(Thresholds thresholds) noexcept {
    const auto points = thresholds.hysteresis_points;
    thresholds.warning_percent = lower(thresholds.warning_percent, points);
    thresholds.critical_percent = lower(thresholds.critical_percent, points);
    // A level that begins above 0 does not hold there.
    for (auto* bytes : {&thresholds.warning_bytes, &thresholds.critical_bytes}) {
        if (*bytes && **bytes > 0)
            *bytes = std::max<std::uint64_t>(less_percent(**bytes, points), 1);
    }
    thresholds.warning_days_left = more_days(thresholds.warning_days_left);
    thresholds.critical_days_left = more_days(thresholds.critical_days_left);
    return thresholds;
}

}  // namespace jts::hot_storage
