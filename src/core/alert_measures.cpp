#include "core/alert_measures.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>

#include "core/forecast.hpp"
#include "core/thresholds.hpp"

namespace jts::hot_storage {

namespace {

std::string number_text(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", number);
    return text;
}

/// By the forecast's own date where it has one; else by the estimate, which may be no more than a
/// guess: for ever, where nothing grows or nothing can be full.
double days_left(const Fill& fill, const Forecast& forecast, std::uint64_t now) {
    if (forecast.full_at) {
        const auto left = *forecast.full_at > now ? *forecast.full_at - now : 0;
        return static_cast<double>(left) / static_cast<double>(usec_per_day);
    }
    if (fill.capacity_bytes == 0 || forecast.growth_bytes_per_day <= 0)
        return std::numeric_limits<double>::infinity();
    const auto room = fill.capacity_bytes - std::min(fill.used_bytes, fill.capacity_bytes);
    return static_cast<double>(room) / forecast.growth_bytes_per_day;
}

}  // namespace

Measure percent_measure(const Thresholds& limits, double percent, const std::string& what) {
    return {.reached = level_at_percent(limits, percent),
            .held = level_at_percent(less_hysteresis(limits), percent),
            .value = percent,
            .warning = static_cast<double>(limits.warning_percent),
            .critical = static_cast<double>(limits.critical_percent),
            .message = what + " " + number_text(percent) + " %, with levels at " +
                       std::to_string(limits.warning_percent) + " and " +
                       std::to_string(limits.critical_percent) + " %"};
}

Measure bytes_measure(const Thresholds& limits, std::uint64_t bytes, const std::string& what) {
    const auto value_of = [](const std::optional<std::uint64_t>& limit) {
        return static_cast<double>(limit.value_or(0));
    };
    const auto text_of = [](const std::optional<std::uint64_t>& limit) {
        return limit ? std::to_string(*limit) : "none";
    };
    return {.reached = level_at_bytes(limits, bytes),
            .held = level_at_bytes(less_hysteresis(limits), bytes),
            .value = static_cast<double>(bytes),
            .warning = value_of(limits.warning_bytes),
            .critical = value_of(limits.critical_bytes),
            .message = what + " " + std::to_string(bytes) + " bytes, with levels at " +
                       text_of(limits.warning_bytes) + " and " + text_of(limits.critical_bytes)};
}

Measure growth_measure(const Fill& fill, const Forecast& forecast, std::uint64_t now,
                       const std::string& what) {
    const auto days = days_left(fill, forecast, now);
    const auto& limits = fill.limits;
    return {.reached = forecast.full_at ? level_with_days_left(limits, days) : Level::ok,
            .held = level_with_days_left(less_hysteresis(limits), days),
            .value = days,
            .warning = static_cast<double>(limits.warning_days_left),
            .critical = static_cast<double>(limits.critical_days_left),
            .message = what + " in " + number_text(days) + " days if it grows on like this, with " +
                       "levels at " + std::to_string(limits.warning_days_left) + " and " +
                       std::to_string(limits.critical_days_left) + " days"};
}

Measure drift_measure(const std::string& service, std::uint32_t differences) {
    const auto level = differences > 0 ? Level::warning : Level::ok;
    return {.reached = level,
            .held = level,
            .value = static_cast<double>(differences),
            .warning = 1,
            .critical = 1,
            .message = service + " is not as the layout has it: " + std::to_string(differences) +
                       (differences == 1 ? " difference" : " differences") +
                       "; see jts-storage plan"};
}

}  // namespace jts::hot_storage
