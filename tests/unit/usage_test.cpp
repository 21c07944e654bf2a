// From counted bytes to plans, percentages and levels.
#include "core/usage.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "support/layouts.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

Layout layout_with_plan(std::uint64_t planned) {
    auto layout = small_layout();
    layout.services.front().planned_bytes = planned;
    return layout;
}

ServiceUsage used(std::uint64_t bytes, const std::string& mount = "/data") {
    ServiceUsage usage;
    usage.mount_point = mount;
    usage.used_bytes = bytes;
    return usage;
}

FilesystemUsage filesystem(std::uint64_t used_bytes, std::uint64_t available) {
    FilesystemUsage one;
    one.mount_point = "/data";
    one.capacity_bytes = used_bytes + available;
    one.used_bytes = used_bytes;
    one.available_bytes = available;
    return one;
}

ServiceUsage of_plan(std::uint64_t used_bytes, std::uint64_t planned) {
    UsageReport counted{{{"db", used(used_bytes)}}, {}};
    return make_usage(layout_with_plan(planned), counted).services.at("db");
}

Level level_with(const FilesystemUsage& one) {
    return make_usage(small_layout(), {{}, {one}}).filesystems.front().level;
}

TEST(ServiceUsage, LevelsBeginAtTheirThresholds) {
    EXPECT_EQ(of_plan(799'999'999'999, 1'000'000'000'000).level, Level::ok);
    EXPECT_EQ(of_plan(800'000'000'000, 1'000'000'000'000).level, Level::warning);
    EXPECT_EQ(of_plan(899'999'999'999, 1'000'000'000'000).level, Level::warning);
    EXPECT_EQ(of_plan(900'000'000'000, 1'000'000'000'000).level, Level::critical);
    EXPECT_DOUBLE_EQ(of_plan(80, 100).percent_of_plan, 80);
    EXPECT_EQ(of_plan(80, 100).planned_bytes, 100U);
}

TEST(ServiceUsage, LevelsAreTheLayoutsAndTheWorstCounts) {
    auto layout = layout_with_plan(1000);
    auto& thresholds = layout.services.front().thresholds;
    thresholds.warning_percent = 50;
    thresholds.critical_percent = 120;
    thresholds.critical_bytes = 900;
    const auto level = [&](std::uint64_t bytes) {
        return make_usage(layout, {{{"db", used(bytes)}}, {}}).services.at("db").level;
    };
    EXPECT_EQ(level(499), Level::ok);
    EXPECT_EQ(level(500), Level::warning);
    EXPECT_EQ(level(899), Level::warning);
    EXPECT_EQ(level(900), Level::critical);
}

TEST(ServiceUsage, WithoutAPlanNothingIsTooMuch) {
    const auto usage = of_plan(most, 0);
    EXPECT_EQ(usage.percent_of_plan, 0);
    EXPECT_EQ(usage.level, Level::ok);
}

TEST(ServiceUsage, AServiceThatTheLayoutLacksHasNoPlan) {
    UsageReport counted{{{"gone", used(5)}}, {}};
    counted.services["gone"].planned_bytes = 7;
    EXPECT_EQ(make_usage(small_layout(), counted).services.at("gone").planned_bytes, 0U);
}

TEST(FilesystemUsage, LevelsBeginAtTheirThresholdsOfWhatOthersThanRootCanUse) {
    EXPECT_EQ(level_with(filesystem(8499, 1501)), Level::ok);
    EXPECT_EQ(level_with(filesystem(85, 15)), Level::warning);
    EXPECT_EQ(level_with(filesystem(95, 5)), Level::critical);
    auto with_roots_share = filesystem(95, 5);
    with_roots_share.capacity_bytes = 1000;
    EXPECT_EQ(level_with(with_roots_share), Level::critical);
}

TEST(FilesystemUsage, LevelsAreTheLayouts) {
    auto layout = small_layout();
    layout.filesystem_thresholds.warning_percent = 10;
    layout.filesystem_thresholds.critical_percent = 20;
    EXPECT_EQ(level_of_space(layout, filesystem(9, 91)), Level::ok);
    EXPECT_EQ(level_of_space(layout, filesystem(10, 90)), Level::warning);
    EXPECT_EQ(level_of_space(layout, filesystem(20, 80)), Level::critical);
}

TEST(FilesystemUsage, TheWorseOfSpaceAndInodesCounts) {
    auto one = filesystem(1, 99);
    one.inodes_total = 100;
    one.inodes_free = 15;
    EXPECT_EQ(level_with(one), Level::warning);
    one.inodes_free = 5;
    EXPECT_EQ(level_with(one), Level::critical);
    EXPECT_EQ(level_of_space(small_layout(), one), Level::ok);
    one.inodes_total = 0;
    EXPECT_EQ(level_with(one), Level::ok);
    EXPECT_EQ(percent_of_inodes(one), 0);
}

TEST(FilesystemUsage, PlansCountWhereTheirServicesLie) {
    auto layout = default_layout();
    UsageReport counted{{{"redis", used(0)}, {"kafka", used(0)}, {"docker", used(0, "/other")}},
                        {filesystem(0, 1000)}};
    const auto one = make_usage(layout, counted).filesystems.front();
    EXPECT_EQ(one.planned_bytes, 650'000'000'000U);
    EXPECT_EQ(one.reserve_bytes, 50U);
}

TEST(Usage, T40SaturatesInsteadOfOverflowing) {
    auto layout = default_layout();
    UsageReport counted;
    for (auto& service : layout.services) {
        service.planned_bytes = most - 1;
        counted.services[service.name] = used(most);
    }
    counted.filesystems = {filesystem(0, 0)};
    auto& one = counted.filesystems.front();
    one.used_bytes = one.available_bytes = one.capacity_bytes = one.inodes_free = most;
    one.inodes_total = 1;
    const auto report = make_usage(layout, counted);
    EXPECT_EQ(report.filesystems[0].planned_bytes, most);
    EXPECT_EQ(report.filesystems[0].reserve_bytes, most / 100 * 5 + most % 100 * 5 / 100);
    EXPECT_EQ(percent_of_inodes(one), 0);  // more free than there are: fstatvfs of a network mount
    EXPECT_EQ(report.services.at("redis").level, Level::critical);
}

RC_GTEST_PROP(UsageProperty, T40PercentagesAreInRangeForAnyCounts, ()) {
    FilesystemUsage any;
    any.used_bytes = *rc::gen::arbitrary<std::uint64_t>();
    any.available_bytes = *rc::gen::arbitrary<std::uint64_t>();
    any.capacity_bytes = *rc::gen::arbitrary<std::uint64_t>();
    any.inodes_total = *rc::gen::arbitrary<std::uint64_t>();
    any.inodes_free = *rc::gen::arbitrary<std::uint64_t>();
    const auto one = make_usage(small_layout(), {{}, {any}}).filesystems.front();
    RC_ASSERT(percent_used(one) >= 0.0);
    RC_ASSERT(percent_used(one) <= 100.0);
    RC_ASSERT(percent_of_inodes(one) >= 0.0);
    RC_ASSERT(percent_of_inodes(one) <= 100.0);
    RC_ASSERT(one.reserve_bytes <= one.capacity_bytes);
}

}  // namespace
}  // namespace jts::hot_storage::test
