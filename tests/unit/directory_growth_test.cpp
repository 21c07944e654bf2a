#include "core/directory_growth.hpp"

#include <gtest/gtest.h>

namespace jts::hot_storage::test {
namespace {

using namespace std::chrono_literals;
using Time = DirectoryGrowth::Time;

constexpr std::uint64_t GB = 1'000'000'000;

/// One service whose directories are counted again and again.
class Growth : public ::testing::Test {
  protected:
    static Time at(std::chrono::minutes age) { return Time(1000h + age); }

    void count(std::chrono::minutes age, std::vector<DirectoryTotal> largest,
               std::uint64_t largest_left_out = 0, bool incomplete = false) {
        growth_.learn("kafka", tree_, {std::move(largest), largest_left_out, incomplete}, at(age));
    }
    std::optional<double> of(const char* path, std::uint64_t bytes,
                             std::chrono::minutes age) const {
        return growth_.bytes_per_day("kafka", tree_, {path, bytes}, at(age));
    }

    DirectoryGrowth growth_;
    std::string tree_ = "tree";
};

TEST_F(Growth, IsUnknownUntilAnHourIsOver) {
    count(0min, {{"/a", 10 * GB}});
    EXPECT_EQ(of("/a", 10 * GB, 0min), std::nullopt);
    EXPECT_EQ(of("/a", 11 * GB, 59min), std::nullopt);
    EXPECT_DOUBLE_EQ(of("/a", 11 * GB, 60min).value(), 24.0 * GB);
    EXPECT_EQ(of("/b", GB, 60min), std::nullopt);
    EXPECT_EQ(growth_.bytes_per_day("redis", tree_, {"/a", GB}, at(60min)), std::nullopt);
}

TEST_F(Growth, WhatShrinksHasLessThanNothing) {
    count(0min, {{"/a", 10 * GB}});
    EXPECT_DOUBLE_EQ(of("/a", 4 * GB, 12h).value(), -12.0 * GB);
}

TEST_F(Growth, IsThatOfADayOrTwoHoweverLongItIsWatched) {
    // A gigabyte an hour for three days, then nothing.
    for (auto age = 0min; age <= 72h; age += 5min)
        count(age, {{"/a", static_cast<std::uint64_t>(age / 1h) * GB}});
    EXPECT_DOUBLE_EQ(of("/a", 72 * GB, 72h).value(), 24.0 * GB);
    for (auto age = 72h + 5min; age <= 120h; age += 5min) count(age, {{"/a", 72 * GB}});
    EXPECT_DOUBLE_EQ(of("/a", 72 * GB, 120h).value(), 0);
}

TEST_F(Growth, TheReferenceIsNeverYoungerThanADayOnceThereIsOne) {
    for (auto age = 0min; age <= 200h; age += 10min) {
        count(age, {{"/a", static_cast<std::uint64_t>(age.count())}});
        if (age < 24h) continue;
        // A spurt of now weighs less than a day's worth.
        const auto spurt = of("/a", static_cast<std::uint64_t>(age.count()) + GB, age);
        EXPECT_LE(spurt.value(), 1.01 * GB);
        EXPECT_GE(spurt.value(), 0.49 * GB);
    }
}

TEST_F(Growth, TheReferenceIsNoOlderThan49HoursWhereCountsComeAtLeastDaily) {
    // How far apart the counts are, in turns.
    const std::vector<std::vector<std::chrono::minutes>> rhythms = {
        {5min},
        {23h},
        {23h + 59min},
        {24h},
        {23h, 5min},
        {5min, 24h},
        {23h + 54min, 5min, 5min},
        {1h, 24h, 30min},
    };
    for (const auto& rhythm : rhythms) {
        growth_ = {};
        std::size_t turn = 0;
        for (auto age = 0min; age <= 400h; age += rhythm[turn++ % rhythm.size()]) {
            count(age, {{"/a", 0}});
            const auto spurt = of("/a", GB, age);
            if (age < 1h) continue;
            ASSERT_TRUE(spurt) << rhythm[0] / 1min << " " << age / 1min;
            const double hours = 24.0 * GB / *spurt;
            EXPECT_LE(hours, 49.0) << rhythm[0] / 1min << " " << age / 1min;
            EXPECT_GE(hours, 1.0);
        }
    }
}

TEST_F(Growth, OfSeldomCountsIsTheMeanSinceTheEarlierOne) {
    count(0min, {{"/a", 0}});
    count(24h * 10, {{"/a", 10 * GB}});
    EXPECT_DOUBLE_EQ(of("/a", 10 * GB, 24h * 10).value(), 1.0 * GB);
}

TEST_F(Growth, WhatCameBetweenTwoCountsGrewFromNothing) {
    count(0min, {{"/a", GB}});
    count(5min, {{"/a", GB}, {"/new", 2 * GB}});
    EXPECT_DOUBLE_EQ(of("/new", 2 * GB, 2h).value(), 24.0 * GB);
}

TEST_F(Growth, WhatWasTooSmallToBeListedGrewFromTheLargestLeftOut) {
    count(0min, {{"/a", 9 * GB}}, GB);
    count(5min, {{"/small", 3 * GB}, {"/shrunk", GB / 2}}, GB);
    EXPECT_DOUBLE_EQ(of("/small", 3 * GB, 1h).value(), 48.0 * GB);
    EXPECT_DOUBLE_EQ(of("/shrunk", GB / 2, 1h).value(), 0) << "it is not said to shrink";
}

TEST_F(Growth, OfWhatMayNotHaveBeenToldApartBeginsWithTheFirstTotal) {
    count(0min, {{"/a", GB}}, 0, true);
    count(5min, {{"/a", GB}, {"/other", 2 * GB}});
    EXPECT_EQ(of("/other", 2 * GB, 1h), std::nullopt);
    EXPECT_DOUBLE_EQ(of("/other", 2 * GB, 65min).value(), 0);
}

TEST_F(Growth, WhatACountDidNotTellApartIsRememberedForTheNext) {
    count(0min, {{"/a", GB}, {"/b", GB}});
    count(30min, {{"/a", GB}}, 0, true);
    count(60min, {{"/b", 2 * GB}}, 0, true);
    EXPECT_DOUBLE_EQ(of("/b", 2 * GB, 60min).value(), 24.0 * GB);
    EXPECT_DOUBLE_EQ(of("/a", 2 * GB, 60min).value(), 24.0 * GB);
    count(90min, {{"/b", 2 * GB}});
    EXPECT_EQ(of("/a", 2 * GB, 90min), std::nullopt) << "all were told apart: it went";
}

TEST_F(Growth, WhatIsNotToldApartForTwoDaysIsForgotten) {
    count(0min, {{"/a", GB}});
    for (auto age = 1h; age <= 48h; age += 1h) count(age, {}, 0, true);
    EXPECT_TRUE(of("/a", GB, 48h).has_value());
    count(49h, {}, 0, true);
    EXPECT_EQ(of("/a", GB, 49h), std::nullopt);
}

TEST_F(Growth, OfThoseNotToldApartNoMoreAreRememberedThanAreListed) {
    const auto listed = [](int first) {
        std::vector<DirectoryTotal> largest;
        for (int i = 0; i < static_cast<int>(DirectoryTotals::most); ++i)
            largest.push_back({"/" + std::to_string(first + i), GB});
        return largest;
    };
    for (int i = 0; i < 10; ++i) count(i * 5min, listed(1000 * i), 0, true);
    int known = 0;
    for (int i = 0; i < 10'000; ++i)
        known += of(("/" + std::to_string(i)).c_str(), GB, 10h).has_value() ? 1 : 0;
    EXPECT_EQ(known, 2 * static_cast<int>(DirectoryTotals::most));
}

TEST_F(Growth, WhatWentIsForgotten) {
    count(0min, {{"/a", GB}});
    count(5min, {});
    EXPECT_EQ(of("/a", 2 * GB, 24h), std::nullopt);
}

TEST_F(Growth, ACountThatIsNotNewerChangesNothing) {
    count(10min, {{"/a", GB}});
    count(10min, {{"/a", 5 * GB}});
    count(5min, {});
    EXPECT_DOUBLE_EQ(of("/a", 2 * GB, 70min).value(), 24.0 * GB);
}

TEST_F(Growth, OfAnotherTreeBeginsAnew) {
    count(0min, {{"/a", GB}});
    tree_ = "another";
    EXPECT_EQ(of("/a", 2 * GB, 2h), std::nullopt) << "that count was of the former one";
    count(2h, {{"/a", 2 * GB}, {"/was-always-there", 2 * GB}});
    EXPECT_EQ(of("/a", 2 * GB, 2h), std::nullopt);
    EXPECT_EQ(of("/was-always-there", 2 * GB, 2h), std::nullopt);
    EXPECT_DOUBLE_EQ(of("/was-always-there", 2 * GB, 3h).value(), 0);
    EXPECT_DOUBLE_EQ(of("/a", 3 * GB, 3h).value(), 24.0 * GB);
}

TEST_F(Growth, AnOlderCountOfAnotherTreeChangesNothing) {
    count(10min, {{"/a", GB}});
    tree_ = "former";
    count(5min, {{"/a", GB}});
    tree_ = "tree";
    EXPECT_DOUBLE_EQ(of("/a", 2 * GB, 70min).value(), 24.0 * GB);
}

TEST_F(Growth, ServicesThatAreNotKeptAreForgotten) {
    count(0min, {{"/a", GB}});
    growth_.keep_services([](const std::string& service) { return service == "kafka"; });
    EXPECT_TRUE(of("/a", GB, 2h).has_value());
    growth_.keep_services([](const std::string&) { return false; });
    EXPECT_EQ(of("/a", GB, 2h), std::nullopt);
}

}  // namespace
}  // namespace jts::hot_storage::test
