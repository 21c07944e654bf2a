// Where levels begin, and where they are left.
#include "core/thresholds.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace jts::hot_storage::test {
namespace {

TEST(Thresholds, BeginTheirLevels) {
    Thresholds limits;
    limits.warning_bytes = 100;
    limits.critical_bytes = 200;
    EXPECT_EQ(level_at_percent(limits, 79.9), Level::ok);
    EXPECT_EQ(level_at_percent(limits, 80), Level::warning);
    EXPECT_EQ(level_at_percent(limits, 90), Level::critical);
    EXPECT_EQ(level_at_bytes(limits, 99), Level::ok);
    EXPECT_EQ(level_at_bytes(limits, 100), Level::warning);
    EXPECT_EQ(level_at_bytes(limits, 200), Level::critical);
    EXPECT_EQ(level_with_days_left(limits, 14), Level::ok);
    EXPECT_EQ(level_with_days_left(limits, 13.9), Level::warning);
    EXPECT_EQ(level_with_days_left(limits, 0), Level::critical);
}

TEST(Thresholds, ThatAreNotSetBeginNoLevel) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(level_at_bytes({}, most), Level::ok);
    Thresholds never;
    never.warning_days_left = never.critical_days_left = 0;
    EXPECT_EQ(level_with_days_left(never, 0), Level::ok);
    EXPECT_EQ(level_with_days_left(less_hysteresis(never), 0), Level::ok);
}

TEST(Thresholds, LessTheHysteresisAreLeftLater) {
    Thresholds limits;
    limits.critical_bytes = 1000;
    const auto left = less_hysteresis(limits);
    EXPECT_EQ(left.warning_percent, 78U);
    EXPECT_EQ(left.critical_percent, 88U);
    EXPECT_EQ(left.warning_bytes, std::nullopt);
    EXPECT_EQ(left.critical_bytes, 980U);
    EXPECT_EQ(left.warning_days_left, 17U);
    EXPECT_EQ(left.critical_days_left, 4U);
}

TEST(Thresholds, T40LessMoreThanThereIsAreNothing) {
    Thresholds limits;
    limits.warning_percent = 1;
    limits.hysteresis_points = 50;
    limits.critical_bytes = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(less_hysteresis(limits).warning_percent, 0U);
    EXPECT_EQ(less_hysteresis(limits).critical_bytes, *limits.critical_bytes / 2);
    limits.critical_bytes = 1;
    EXPECT_EQ(level_at_bytes(less_hysteresis(limits), 0), Level::ok) << "or it would hold for ever";
}

}  // namespace
}  // namespace jts::hot_storage::test
