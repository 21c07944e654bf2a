/// What the history keeps, for how long, and within how much.
#include "sys/history_store.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "history_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(HistoryTest, WhatIsAppendedIsReadAgainAlsoByAnotherStore) {
    {
        auto first = store();
        first.append({{"redis", point_at(some_time)}, {"", point_at(some_time + 1)}});
        first.append({{"redis", point_at(some_time + minute)}});
    }
    auto second = store();
    EXPECT_THAT(all_of(second), ElementsAre(point_at(some_time), point_at(some_time + minute)));
    EXPECT_THAT(all_of(second, ""), ElementsAre(point_at(some_time + 1)));
    EXPECT_THAT(all_of(second, "kafka"), IsEmpty());
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(HistoryTest, OfAnEmptyHostThereIsNothing) {
    auto history = store();
    EXPECT_THAT(all_of(history), IsEmpty());
    history.append({});
    EXPECT_THAT(all_of(history), IsEmpty());
}

TEST_F(HistoryTest, BothEndsOfAQuestionBelongToIt) {
    auto history = store();
    for (std::uint64_t i = 0; i < 5; ++i) history.append({{"redis", point_at(some_time + i)}});
    EXPECT_THAT(
        history.points("redis", some_time + 1, some_time + 3, 100),
        ElementsAre(point_at(some_time + 1), point_at(some_time + 2), point_at(some_time + 3)));
    EXPECT_THAT(history.points("redis", some_time + 5, UINT64_MAX, 100), IsEmpty());
}

TEST_F(HistoryTest, OneTimeIsOnePoint) {
    auto history = store();
    history.append({{"redis", point_at(some_time)}});
    history.append({{"redis", {some_time, 7, 8, 9}}});
    EXPECT_THAT(all_of(history), ElementsAre(HistoryPoint{some_time, 7, 8, 9}));
}

TEST_F(HistoryTest, WhatNoIntegerOfSqliteHoldsIsTheMostThatItHolds) {
    auto history = store();
    history.append({{"redis", {some_time, UINT64_MAX, 0, INT64_MAX}}});
    EXPECT_THAT(all_of(history), ElementsAre(HistoryPoint{some_time, INT64_MAX, 0, INT64_MAX}));
}

TEST_F(HistoryTest, BetweenUsesThereIsOneFileThatIsRootsAlone) {
    ::umask(0077);  // as in the daemon's unit
    auto history = store();
    history.append({{"redis", point_at(some_time)}});
    all_of(history);
    ::umask(0022);
    EXPECT_EQ(mode_of(path), 0600u);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

// --- thinning
// --------------------------------------------------------------------------------------

/// What the documentation of HistoryLimits says, said again without a database.
Points thinned(const Points& points, const sys::HistoryLimits& limits, std::uint64_t now) {
    Points kept;
    for (const auto& point : points) {
        if (point.time + static_cast<std::uint64_t>(limits.kept.count()) < now) continue;
        std::uint64_t grain = 1;
        for (const auto& tier : limits.tiers) {
            const auto span = static_cast<std::uint64_t>(tier.grain.count());
            const auto end = (now - static_cast<std::uint64_t>(tier.age.count())) / span * span;
            if (point.time < end) grain = span;
        }
        const auto is_later_in_its_span = [&](const HistoryPoint& other) {
            return other.time > point.time && other.time / grain == point.time / grain;
        };
        if (std::ranges::none_of(points, is_later_in_its_span)) kept.push_back(point);
    }
    return kept;
}

/// Times of a host's life: mostly every five minutes or so, now and then not for weeks.
Points some_points() {
    Points points;
    std::uint64_t time = some_time;
    for (const auto step : *rc::gen::container<std::vector<int>>(40, rc::gen::inRange(0, 100))) {
        time +=
            1 + static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000)) * (step < 70   ? second
                                                                          : step < 90 ? minute * 10
                                                                                      : hour * 5);
        points.push_back(point_at(time));
    }
    return points;
}

TEST_F(HistoryTest, OfEachSpanTheLastPointStays) {
    rc::check("what is kept is what the limits say, whenever it was thinned", [&] {
        const auto points = some_points();
        fs::remove(path);
        const sys::HistoryLimits limits{.tiers = {{std::chrono::hours(1), std::chrono::minutes(5)},
                                                  {std::chrono::days(7), std::chrono::hours(1)},
                                                  {std::chrono::days(30), std::chrono::days(1)}},
                                        .kept = std::chrono::days(*rc::gen::inRange(31, 400))};
        auto history = store(limits);
        for (const auto& point : points) history.append({{"redis", point}});
        // One that was never thinned before, and so certainly thins now.
        auto another = store(limits);
        const auto now = points.back().time + 2 * hour;
        another.append({{"kafka", point_at(now)}});
        RC_ASSERT(all_of(another) == thinned(points, limits, now));
    });
}

TEST_F(HistoryTest, MonthsTakeAsManyPointsAsTheDocumentationSays) {
    const sys::HistoryLimits limits;
    auto history = store(limits);
    constexpr std::uint64_t days = 120;
    for (std::uint64_t i = 0; i < days * 24; ++i) {  // hourly, since every five minutes takes long
        const auto time = some_time + i * hour;
        history.append({{"redis", point_at(time)}, {"", point_at(time)}});
    }
    const auto points = all_of(history).size();
    EXPECT_GE(points, 90u * 24 + days - 90 - 2);
    EXPECT_LE(points, 90u * 24 + days - 90 + 26);
    EXPECT_LE(fs::file_size(path) / (2 * points), 300'000u / 6'000);
}

/// Whoever may sample may do so in a loop.
TEST_F(HistoryTest, T23_WhatIsSampledInALoopCostsNoOldPoint) {
    auto history = store({.bytes = 256 << 10});
    constexpr std::uint64_t days = 300;
    for (std::uint64_t i = 0; i < days; ++i)
        history.append({{"redis", point_at(some_time + i * day)}});
    const auto old = all_of(history);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        const auto now = point_at(some_time + days * day + i * 100'000);
        history.append({{"redis", now}, {"kafka", now}});
    }
    const auto points = all_of(history);
    EXPECT_TRUE(std::ranges::includes(points, old, {}, &HistoryPoint::time, &HistoryPoint::time));
    EXPECT_LT(points.size(), old.size() + 5000) << "there was room for all: nothing was tested";
    EXPECT_LE(fs::file_size(path), 256u << 10);
}

TEST_F(HistoryTest, ASeriesThatAgedOutIsGone) {
    auto history = store({.kept = std::chrono::days(10)});
    history.append({{"gone", point_at(some_time)}});
    history.append({{"redis", point_at(some_time + 11 * day)}});
    EXPECT_THAT(all_of(history, "gone"), IsEmpty());
    EXPECT_THAT(all_of(history), ElementsAre(point_at(some_time + 11 * day)));
}

TEST_F(HistoryTest, AClockThatWasSetBackLosesNothing) {
    auto history = store();
    history.append({{"redis", point_at(some_time)}});
    history.append({{"redis", point_at(some_time - 3 * day)}});
    history.append({{"redis", point_at(some_time - 2 * day)}});
    EXPECT_EQ(all_of(history).size(), 3u);
}

// --- more than is asked for
// --------------------------------------------------------------------------

TEST_F(HistoryTest, OfMoreThanAreWantedTheLastOfEachOfAsManySpansIsTold) {
    auto history = store();
    Points points;
    for (std::uint64_t i = 0; i < 1000; ++i) points.push_back(point_at(some_time + i * i * 1000));
    for (const auto& point : points) history.append({{"redis", point}});
    for (const std::uint64_t most : {1u, 7u, 100u, 999u, 1000u, 1001u}) {
        const auto some = history.points("redis", 0, UINT64_MAX, most);
        EXPECT_LE(some.size(), most);
        EXPECT_EQ(some.back(), points.back());
        EXPECT_TRUE(std::ranges::is_sorted(some, {}, &HistoryPoint::time));
        EXPECT_TRUE(
            std::ranges::includes(points, some, {}, &HistoryPoint::time, &HistoryPoint::time));
        if (most >= points.size()) {
            EXPECT_EQ(some, points);
        }
    }
    EXPECT_GE(history.points("redis", 0, UINT64_MAX, 100).size(), 60u);
}

// --- room
// --------------------------------------------------------------------------------------------

TEST_F(HistoryTest, T23_TheFileStaysWithinItsBytesAndTheOldestGo) {
    constexpr std::uint64_t most = 256 * 1024;
    auto history = store({.tiers = {}, .bytes = most});
    constexpr std::uint64_t steps = 3000;
    for (std::uint64_t i = 0; i < steps; ++i)
        history.append({{"a", point_at(some_time + i * second)},
                        {"b", point_at(some_time + i * second)},
                        {"c", point_at(some_time + i * second)}});
    EXPECT_LE(fs::file_size(path), most);
    const auto left = all_of(history, "a");
    ASSERT_GT(left.size(), steps / 4);
    ASSERT_LT(left.size(), steps);
    for (std::size_t i = 0; i < left.size(); ++i)
        EXPECT_EQ(left[i], point_at(some_time + (steps - left.size() + i) * second));
    EXPECT_EQ(all_of(history, "c"), left) << "each series loses the same";
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(HistoryTest, T23_AFullDiskIsAnErrorThatSaysSoAndLosesNothing) {
    fs::create_directory("/mnt/full");
    require(::mount("tmpfs", "/mnt/full", "tmpfs", 0, "size=1m,mode=0700") == 0, "mount");
    sys::HistoryStore history("/mnt/full", {}, [](const std::string& what) { FAIL() << what; });
    Points before;
    for (std::uint64_t i = 0; i < 20; ++i) {
        before.push_back(point_at(some_time + i * second));
        history.append({{"redis", before.back()}});
    }
    std::ofstream("/mnt/full/filler") << std::string(2 << 20, 'x');
    for (std::uint64_t i = 20; i < 200; ++i) {
        try {
            history.append({{"redis", point_at(some_time + i * second)}});
            FAIL() << "there was room";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::no_space) << error.what();
            EXPECT_THAT(error.what(), HasSubstr("/mnt/full/history.db"));
        }
        ASSERT_EQ(all_of(history), before);
    }
    fs::remove("/mnt/full/filler");
    before.push_back(point_at(some_time + 300 * second));
    history.append({{"redis", before.back()}});
    EXPECT_EQ(all_of(history), before);
}

TEST_F(HistoryTest, GivesEachSeriesSinceATimeInOneOpening) {
    auto kept = store();
    std::map<std::string, Points> seen;
    const auto look = [&](std::uint64_t since) {
        seen.clear();
        kept.for_each(since, [&](const std::string& service, const Points& points) {
            seen.emplace(service, points);
        });
    };
    look(0);
    EXPECT_TRUE(seen.empty()) << "and made no file";
    EXPECT_NE(::access(path, F_OK), 0);
    kept.append({{"", point_at(some_time)}, {"redis", point_at(some_time)}});
    kept.append({{"redis", point_at(some_time + second)}});
    look(0);
    EXPECT_EQ(seen, (std::map<std::string, Points>{
                        {"", {point_at(some_time)}},
                        {"redis", {point_at(some_time), point_at(some_time + second)}}}));
    look(some_time + 1);
    EXPECT_EQ(seen, (std::map<std::string, Points>{{"redis", {point_at(some_time + second)}}}));
}

}  // namespace
}  // namespace jts::hot_storage::test
