// Weeks of samples, and how often somebody is told.
#include <gmock/gmock.h>

#include <cmath>

#include "unit/alert_host.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;

constexpr int week = 7 * 24;

std::ptrdiff_t count(const AlertHost& host, const std::string& event) {
    return std::ranges::count(host.told, event);
}

TEST(AlertWeeks, OfFlappingAroundALevelRaiseOnce) {
    AlertHost host;
    for (int hour = 0; hour < 3 * week; ++hour) host.sample_with(hour % 2 == 0 ? 805 : 785);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning"));
}

TEST(AlertWeeks, OfFlappingAroundTheCriticalLevelRaiseEachSeverityOnce) {
    AlertHost host;
    host.sample_with(850);
    for (int hour = 0; hour < 3 * week; ++hour) host.sample_with(hour % 2 == 0 ? 905 : 885);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning", "cleared usage.db warning",
                                       "raised usage.db critical"));
}

TEST(AlertWeeks, OfADailySawtoothBeyondTheHysteresisRaiseAndClearDaily) {
    AlertHost host;
    for (int hour = 0; hour < week; ++hour)
        host.sample_with(700 + static_cast<std::uint64_t>(hour % 24) * 5);
    EXPECT_EQ(count(host, "raised usage.db warning"), 7);
    EXPECT_EQ(count(host, "cleared usage.db warning"), 6);
    EXPECT_EQ(host.told.size(), 13U);
}

TEST(AlertWeeks, OfSlowGrowthWithRippleTellEachLevelOnce) {
    AlertHost host;
    for (int hour = 0; hour < 4 * week; ++hour) {
        const auto ripple = 6 * std::sin(hour);
        host.sample_with(static_cast<std::uint64_t>(700 + hour * 0.4 + ripple));
    }
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning", "cleared usage.db warning",
                                       "raised usage.db critical"));
}

TEST(AlertWeeks, OfACountThatIsEverySecondTimeIncompleteRaiseOnce) {
    AlertHost host;
    for (int hour = 0; hour < week; ++hour) {
        host.db().incomplete = hour % 2 == 1;
        host.sample_with(hour % 2 == 1 ? 300 : 850);
    }
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning"));
}

TEST(AlertWeeks, OfAForecastThatComesAndGoesRaiseOnce) {
    AlertHost host;
    for (int hour = 0; hour < week; ++hour) {
        host.sample_full_in(10 + 3 * std::sin(hour));
        host.services.clear();
        host.sample();
        host.services["db"] = Forecast{100, -1, 200, {}, {}, {}};
        host.sample();
    }
    EXPECT_THAT(host.told, ElementsAre("raised growth.db warning"));
}

}  // namespace
}  // namespace jts::hot_storage::test
