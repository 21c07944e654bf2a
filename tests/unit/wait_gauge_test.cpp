#include "sys/wait_gauge.hpp"

#include <gtest/gtest.h>

namespace jts::hot_storage::sys {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds Ms{1};

TEST(WaitGauge, WaitsOnceTwoWindowsWereMostlyWaited) {
    WaitGauge gauge(100 * Ms, 7 * Ms);
    EXPECT_FALSE(gauge.is_due(103 * Ms));
    EXPECT_TRUE(gauge.is_due(104 * Ms));
    EXPECT_FALSE(gauge.waits(110 * Ms, 8 * Ms)) << "once may be the first read";
    EXPECT_TRUE(gauge.waits(120 * Ms, 9 * Ms));
    EXPECT_TRUE(gauge.waits(130 * Ms, 10 * Ms));
}

TEST(WaitGauge, DoesNotWaitWhereHalfWasComputing) {
    WaitGauge gauge(0 * Ms, 0 * Ms);
    EXPECT_FALSE(gauge.waits(10 * Ms, 5 * Ms));
    EXPECT_FALSE(gauge.waits(20 * Ms, 11 * Ms));
    EXPECT_FALSE(gauge.waits(30 * Ms, 12 * Ms));
    EXPECT_FALSE(gauge.waits(40 * Ms, 18 * Ms)) << "windows that are not one after the other";
    EXPECT_FALSE(gauge.waits(50 * Ms, 19 * Ms));
}

TEST(WaitGauge, DoesNotCountTheTimeWithoutWork) {
    WaitGauge gauge(0 * Ms, 0 * Ms);
    gauge.leave_out(98 * Ms);
    EXPECT_FALSE(gauge.is_due(100 * Ms));
    for (int window = 1; window <= 3; ++window) {
        EXPECT_FALSE(gauge.waits(window * 100 * Ms, window * 2 * Ms));
        gauge.leave_out(98 * Ms);
    }
}

}  // namespace
}  // namespace jts::hot_storage::sys
