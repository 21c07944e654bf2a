// What holds for every history.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "unit/histories.hpp"

namespace jts::hot_storage::test {
namespace {

/// Small enough to be shifted and scaled without overflow, and to be exact in a double.
constexpr std::uint64_t many_bytes = 1'000'000'000'000;

/// Any number of points, at any times of some forty days. With a trend or without.
History any_history() {
    const auto count = *rc::gen::inRange(0, 200);
    const auto a_day = *rc::gen::inRange<std::uint64_t>(0, many_bytes);
    History history;
    for (int i = 0; i < count; ++i) {
        const auto age = *rc::gen::inRange<std::uint64_t>(0, 40 * usec_per_day);
        const auto trend = static_cast<double>(age) / static_cast<double>(usec_per_day) *
                           static_cast<double>(a_day);
        history.push_back({some_day + age, *rc::gen::inRange<std::uint64_t>(0, many_bytes) +
                                               static_cast<std::uint64_t>(trend)});
    }
    return history;
}

bool nearly(double a, double b) {
    return std::abs(a - b) <= 1e-6 * std::max({1.0, std::abs(a), std::abs(b)});
}

bool same_growth(const std::optional<Forecast>& a, const std::optional<Forecast>& b,
                 double scale = 1) {
    if (a.has_value() != b.has_value()) return false;
    return !a || (nearly(a->growth_bytes_per_day * scale, b->growth_bytes_per_day) &&
                  nearly(a->growth_low * scale, b->growth_low) &&
                  nearly(a->growth_high * scale, b->growth_high));
}

RC_GTEST_PROP(ForecastProperty, TheBandHoldsTheEstimate, ()) {
    const auto capacity = *rc::gen::inRange<std::uint64_t>(0, 60 * many_bytes);
    const auto forecast = forecast_from(any_history(), capacity);
    RC_TAG(forecast ? (forecast->full_at ? "full" : "known") : "unknown");
    if (!forecast) return;
    RC_ASSERT(forecast->growth_low <= forecast->growth_bytes_per_day);
    RC_ASSERT(forecast->growth_bytes_per_day <= forecast->growth_high);
    RC_ASSERT(forecast->full_early.has_value() == forecast->full_at.has_value());
    RC_ASSERT(forecast->full_late.has_value() == forecast->full_at.has_value());
    if (!forecast->full_at) return;
    RC_ASSERT(forecast->growth_low > 0);
    RC_ASSERT(*forecast->full_early <= *forecast->full_at);
    RC_ASSERT(*forecast->full_at <= *forecast->full_late);
}

RC_GTEST_PROP(ForecastProperty, AShiftInTimeMovesTheDateAlone, ()) {
    const auto history = any_history();
    const auto shift = *rc::gen::inRange<std::uint64_t>(0, 1000 * usec_per_day);
    auto later = history;
    for (auto& point : later) point.at += shift;
    auto moved = forecast_from(later, 20 * many_bytes);
    if (moved && moved->full_at) {
        for (auto* at : {&moved->full_at, &moved->full_early, &moved->full_late}) **at -= shift;
    }
    RC_ASSERT(moved == forecast_from(history, 20 * many_bytes));
}

RC_GTEST_PROP(ForecastProperty, AShiftInBytesChangesNothing, ()) {
    const auto history = any_history();
    const auto shift = *rc::gen::inRange<std::uint64_t>(0, many_bytes);
    auto more = history;
    for (auto& point : more) point.used_bytes += shift;
    RC_ASSERT(forecast_from(more, 0) == forecast_from(history, 0));
}

RC_GTEST_PROP(ForecastProperty, ScalingScales, ()) {
    const auto history = any_history();
    auto larger = history;
    for (auto& point : larger) point.used_bytes *= 4;  // a power of 2: without rounding
    RC_ASSERT(same_growth(forecast_from(history, 0), forecast_from(larger, 0), 4));
}

RC_GTEST_PROP(ForecastProperty, TheOrderOfThePointsIsOfNoMatter, ()) {
    auto history = any_history();
    const auto forecast = forecast_from(history, 20 * many_bytes);
    std::reverse(history.begin(), history.end());
    RC_ASSERT(forecast_from(history, 20 * many_bytes) == forecast);
    std::rotate(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(history.size() / 3),
                history.end());
    RC_ASSERT(forecast_from(history, 20 * many_bytes) == forecast);
}

RC_GTEST_PROP(ForecastProperty, StraysOfAQuarterOfTheDaysDoNotLeadItAstray, ()) {
    const auto a_day = *rc::gen::inRange<std::uint64_t>(1, 100);
    auto history = hourly(20, line(1000, static_cast<double>(a_day)));
    const auto first = *rc::gen::inRange<std::uint64_t>(0, 4);
    for (auto& point : history) {
        const auto day = (point.at - some_day) / usec_per_day;
        if (day % 4 == first) point.used_bytes = *rc::gen::inRange<std::uint64_t>(0, many_bytes);
    }
    const auto forecast = forecast_from(history, 0);
    RC_ASSERT(forecast.has_value());
    RC_ASSERT(gigabytes(forecast->growth_bytes_per_day) > 0.5 * static_cast<double>(a_day) - 20);
    RC_ASSERT(gigabytes(forecast->growth_bytes_per_day) < 1.5 * static_cast<double>(a_day) + 20);
}

RC_GTEST_PROP(ForecastProperty, T40AnyNumbersGiveFiniteOnes, ()) {
    History history;
    const auto count = *rc::gen::inRange(0, 60);
    for (int i = 0; i < count; ++i) {
        const auto near = *rc::gen::inRange<std::uint64_t>(0, 30 * usec_per_day);
        history.push_back({*rc::gen::oneOf(rc::gen::just(near), rc::gen::just(~near),
                                           rc::gen::arbitrary<std::uint64_t>()),
                           *rc::gen::arbitrary<std::uint64_t>()});
    }
    const auto forecast = forecast_from(history, *rc::gen::arbitrary<std::uint64_t>());
    if (!forecast) return;
    RC_ASSERT(std::isfinite(forecast->growth_bytes_per_day));
    RC_ASSERT(std::isfinite(forecast->growth_low));
    RC_ASSERT(std::isfinite(forecast->growth_high));
}

}  // namespace
}  // namespace jts::hot_storage::test
