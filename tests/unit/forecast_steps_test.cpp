// A deletion or a restore is no growth, and what was before it does not count.
#include <gtest/gtest.h>

#include "unit/histories.hpp"

namespace jts::hot_storage::test {
namespace {

/// Grows by 2 GB a day, and by `step` at once after `at` days.
BytesAt stepped(double at, double step) {
    return [=](double days) { return line(days < at ? 500 : 500 + step, 2)(days); };
}

double growth(const History& history) {
    return gigabytes(forecast_from(history, 0).value().growth_bytes_per_day);
}

TEST(Steps, DownAreNoGrowth) {
    EXPECT_NEAR(growth(hourly(20, stepped(10, -300))), 2, 1e-3);
    EXPECT_NEAR(growth(hourly(20, stepped(10.4, -300))), 2, 1e-3);
}

TEST(Steps, UpAreNoGrowth) {
    EXPECT_NEAR(growth(hourly(20, stepped(10, 300))), 2, 1e-3);
    EXPECT_NEAR(growth(hourly(29, stepped(24, 300))), 2, 1e-3);
}

TEST(Steps, EndTheHistoryBeforeThem) {
    const auto bytes_at = [](double days) {
        return days < 15 ? line(100, 9)(days) : line(20, 3)(days - 15);
    };
    const auto forecast = forecast_from(hourly(25, bytes_at), 80 * gigabyte).value();
    EXPECT_NEAR(gigabytes(forecast.growth_low), 3, 1e-3);
    EXPECT_NEAR(gigabytes(forecast.growth_high), 3, 1e-3);
    EXPECT_NEAR(static_cast<double>(forecast.full_at.value()), static_cast<double>(time_of(35)),
                1e9);
}

TEST(Steps, AreStraysForTwoDaysAndThenLeaveTooShortAHistoryForTwo) {
    for (const std::uint64_t days : {11, 12}) {
        EXPECT_NEAR(growth(hourly(days, stepped(10, -300))), 2, 1e-3) << days;
    }
    for (const std::uint64_t days : {13, 14}) {
        EXPECT_FALSE(forecast_from(hourly(days, stepped(10, -300)), 0).has_value()) << days;
    }
    EXPECT_NEAR(growth(hourly(15, stepped(10, -300))), 2, 1e-3);
}

TEST(Steps, AreAtOnceTakenIntoAccountByWhenItIsFull) {
    const auto capacity = 600 * gigabyte;
    const auto before = forecast_from(hourly(20, stepped(99, 0)), capacity).value();
    const auto after = forecast_from(hourly(21, stepped(20.2, -300)), capacity).value();
    EXPECT_NEAR(static_cast<double>(*before.full_at), static_cast<double>(time_of(50)), 1e9);
    EXPECT_NEAR(static_cast<double>(*after.full_at), static_cast<double>(time_of(200)),
                static_cast<double>(usec_per_day) / 2);
}

TEST(Steps, OfWhichThereAreTwoTheLastCounts) {
    const auto bytes_at = [](double days) {
        if (days < 8) return line(500, 9)(days);
        return days < 16 ? line(100, 1)(days) : line(700, 4)(days);
    };
    EXPECT_NEAR(growth(hourly(24, bytes_at)), 4, 1e-3);
}

TEST(Steps, AreFoundInNoise) {
    Noise noise;
    const auto bytes_at = [&](double days) {
        return stepped(18, -200)(days) + noise.between(-5, 5) * static_cast<double>(gigabyte);
    };
    EXPECT_NEAR(growth(hourly(30, bytes_at)), 2, 0.5);
}

/// Whether a step four days ago, after a month, is taken for one: then too little follows it.
bool is_found(double step, double scatter) {
    Noise noise;
    std::vector<double> days(31);
    for (auto& day : days) day = noise.between(-scatter, scatter);
    const auto bytes_at = [&](double at) {
        return line(500 + (at < 26 ? 0 : step) + days[static_cast<std::size_t>(at)], 2)(at);
    };
    return !forecast_from(hourly(30, bytes_at), 0).has_value();
}

TEST(Steps, AreWhatExceedsTheScatterOfTheDaysSixTimes) {
    EXPECT_TRUE(is_found(100, 20));  // which are 10 from their level in the mean
    EXPECT_TRUE(is_found(-100, 20));
    EXPECT_FALSE(is_found(40, 20));
}

TEST(Steps, AreMoreThanADaysGrowth) {
    EXPECT_TRUE(is_found(2.1, 0));
    EXPECT_FALSE(is_found(1.9, 0));
}

TEST(Steps, AreNoneWhereALevelComesBack) {
    const auto bytes_at = [](double days) {
        return line(days >= 26.5 && days < 28 ? 900 : 500, 2)(days);
    };
    const auto forecast = forecast_from(hourly(30, bytes_at), 0).value();
    EXPECT_NEAR(gigabytes(forecast.growth_low), 2, 1e-3) << "the month counts, not its last days";
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 2, 1e-3);
}

TEST(Steps, OfAWeeklyBackupAreItsGrowth) {
    const auto bytes_at = [](double days) { return line(100 * std::floor(days / 7), 0)(days); };
    EXPECT_NEAR(growth(hourly(29, bytes_at)), 100.0 / 7, 4);
    EXPECT_NEAR(growth(hourly(21, bytes_at)), 100.0 / 7, 4);
}

TEST(Steps, AreNoneInGrowthThatHasBegun) {
    const auto bytes_at = [](double days) {
        return line(100, 0)(days) + (days < 15 ? 0 : line(0, 10)(days - 15));
    };
    EXPECT_GT(growth(hourly(30, bytes_at)), 4);
}

}  // namespace
}  // namespace jts::hot_storage::test
