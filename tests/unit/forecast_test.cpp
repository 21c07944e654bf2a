// Series whose growth is known.
#include "core/forecast.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "unit/histories.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

TEST(Forecast, OfAStraightLineIsExact) {
    const auto forecast = forecast_from(hourly(10, line(50, 2)), 100 * gigabyte).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 2, 1e-6);
    EXPECT_NEAR(gigabytes(forecast.growth_low), 2, 1e-6);
    EXPECT_NEAR(gigabytes(forecast.growth_high), 2, 1e-6);
    const auto full = static_cast<double>(time_of(25));
    for (const auto& at : {forecast.full_at, forecast.full_early, forecast.full_late}) {
        ASSERT_TRUE(at.has_value());
        EXPECT_NEAR(static_cast<double>(*at), full, 1e6) << "a second";
    }
}

TEST(Forecast, NeedsFiveWholeDays) {
    EXPECT_FALSE(forecast_from({}, gigabyte).has_value());
    EXPECT_FALSE(forecast_from({{some_day, 1}}, gigabyte).has_value());
    auto history = hourly(5, line(1, 1));
    EXPECT_TRUE(forecast_from(history, 0).has_value());
    history.erase(history.begin());
    EXPECT_FALSE(forecast_from(history, 0).has_value()) << "an hour less";
}

TEST(Forecast, TakesOneSampleADay) {
    History history;
    for (std::uint64_t day = 0; day <= 6; ++day)
        history.push_back({some_day + day * usec_per_day, day * gigabyte});
    const auto forecast = forecast_from(history, 0).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 1, 1e-9);
}

TEST(Forecast, CountsEachDayOnceHoweverOftenItWasSampled) {
    auto history = hourly(12, line(10, 1));
    const auto alone = forecast_from(history, 0).value();
    for (int i = 0; i < 5000; ++i)
        history.push_back({time_of(11.9 + i * 1e-5), 22 * gigabyte - gigabyte / 10});
    const auto crowded = forecast_from(history, 0).value();
    EXPECT_NEAR(gigabytes(crowded.growth_bytes_per_day), gigabytes(alone.growth_bytes_per_day),
                0.05);
}

TEST(Forecast, BearsNoiseAndAQuarterOfStrays) {
    Noise noise;
    const auto bytes_at = [&](double days) {
        const auto stray = noise.chance(0.25) ? noise.between(-40, 400) : 0;
        return line(100 + noise.between(-1, 1) + stray, 3)(days);
    };
    const auto forecast = forecast_from(hourly(30, bytes_at), 1000 * gigabyte).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 3, 0.1);
    EXPECT_LT(gigabytes(forecast.growth_low), 3.05);
    EXPECT_GT(gigabytes(forecast.growth_high), 2.95);
    EXPECT_GT(gigabytes(forecast.growth_low), 2.5);
}

TEST(Forecast, BearsWholeDaysThatAreFarOff) {
    const auto bytes_at = [](double days) {
        const auto day = static_cast<int>(days + 0.5);
        return line(day % 4 == 1 ? 700 : 100,
                    3)(days);  // a copy lay there for a day, a day in four
    };
    const auto forecast = forecast_from(hourly(28, bytes_at), 1000 * gigabyte).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 3, 0.5);
}

TEST(Forecast, OfAFlatSeriesIsFlatAndNeverFull) {
    const auto forecast = forecast_from(hourly(20, line(50, 0)), 51 * gigabyte).value();
    EXPECT_EQ(forecast, (Forecast{0, 0, 0, {}, {}, {}}));
}

TEST(Forecast, OfAShrinkingSeriesIsNeverFull) {
    const auto forecast = forecast_from(hourly(20, line(50, -1)), 40 * gigabyte).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), -1, 1e-6);
    EXPECT_FALSE(forecast.full_at.has_value());
}

TEST(Forecast, OfWhatMayBeChanceIsNeverFull) {
    Noise noise;
    const auto bytes_at = [&](double days) {
        return line(50 + 5 * std::sin(days * 2.1), 0.01)(days);
    };
    const auto forecast = forecast_from(hourly(20, bytes_at), 51 * gigabyte).value();
    EXPECT_LT(forecast.growth_low, 0);
    EXPECT_GT(forecast.growth_high, 0);
    EXPECT_FALSE(forecast.full_at.has_value());
}

TEST(Forecast, SeesNoGrowthInADailySawtooth) {
    for (const double shift : {0.0, 0.3, 0.77}) {
        const auto bytes_at = [&](double days) {
            const auto since_compaction = days + shift - std::floor(days + shift);
            return line(100 + 20 * since_compaction, 0)(0);
        };
        const auto forecast = forecast_from(hourly(9, bytes_at), 130 * gigabyte).value();
        EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 0, 1e-6);
        EXPECT_FALSE(forecast.full_at.has_value());
    }
}

TEST(Forecast, SeesTheGrowthBelowADailySawtooth) {
    const auto bytes_at = [](double days) {
        return line(100 + 20 * (days - std::floor(days)), 2)(days);
    };
    const auto forecast = forecast_from(hourly(9, bytes_at), 0).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 2, 0.05);
}

TEST(Forecast, BridgesAGapInWhichNothingWasSampled) {
    auto history = hourly(25, line(50, 2));
    std::erase_if(history, [](const UsagePoint& point) {
        return point.at > time_of(8) && point.at < time_of(19);
    });
    const auto forecast = forecast_from(history, 200 * gigabyte).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 2, 1e-6);
    EXPECT_NEAR(static_cast<double>(forecast.full_at.value()), static_cast<double>(time_of(75)),
                1e6);
}

TEST(Forecast, LooksBackAMonth) {
    const auto bytes_at = [](double days) {
        return days < 60 ? line(1000, -5)(days) : line(700, 4)(days - 60);
    };
    const auto forecast = forecast_from(hourly(95, bytes_at), 0).value();
    EXPECT_NEAR(gigabytes(forecast.growth_bytes_per_day), 4, 1e-6);
}

TEST(Forecast, OfWhatGrowsAndIsFullSaysNow) {
    const auto forecast = forecast_from(hourly(10, line(50, 2)), 60 * gigabyte).value();
    EXPECT_EQ(forecast.full_at, time_of(10));
    EXPECT_EQ(forecast.full_late, time_of(10));
}

TEST(Forecast, ForetellsNothingBeyondTenYears) {
    const auto history = hourly(10, line(50, 2));
    const auto before = (50 + 2 * 3650) * gigabyte;
    EXPECT_TRUE(forecast_from(history, before).value().full_at.has_value());
    EXPECT_FALSE(forecast_from(history, before + 100 * gigabyte).value().full_at.has_value());
    EXPECT_FALSE(forecast_from(history, 0).value().full_at.has_value()) << "no plan";
}

TEST(Forecast, T40SaturatesInsteadOfOverflowing) {
    History history;
    for (std::uint64_t day = 0; day <= 10; ++day)
        history.push_back({most - (10 - day) * usec_per_day, most - (10 - day)});
    const auto forecast = forecast_from(history, most).value();
    EXPECT_EQ(forecast.growth_bytes_per_day, 1);
    EXPECT_EQ(forecast.full_at, most);
    EXPECT_EQ(forecast.full_late, most);
}

}  // namespace
}  // namespace jts::hot_storage::test
