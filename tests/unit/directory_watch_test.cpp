#include "engine/directory_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jts::hot_storage::engine {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr std::uint64_t GB = 1'000'000'000;

/// Of two services, of which one may not have been readable as a whole.
DatedSurvey survey(std::chrono::minutes age, std::vector<DirectoryTotal> kafka,
                   bool incomplete = false) {
    DatedSurvey survey;
    survey.begun = std::chrono::steady_clock::time_point(1000h + age);
    survey.survey.counted.services["kafka"].incomplete = incomplete;
    survey.survey.counted.services["redis"];
    survey.survey.directories["kafka"].largest = std::move(kafka);
    survey.key.layout_digest = "digest";
    survey.key.subjects = {{{"kafka", ""}, {8, 1, 10}, {}}, {{"kafka", "data"}, {8, 1, 11}, {}}};
    return survey;
}

TopDirectories top_of_kafka(const DirectoryWatch& watch, const DatedSurvey& survey,
                            std::size_t count) {
    UsageReport report = survey.survey.counted;
    watch.add_top(report, survey, count);
    EXPECT_FALSE(report.services.at("redis").top) << "it was not counted";
    return report.services.at("kafka").top.value();
}

TEST(DirectoryWatch, NamesTheLargestAndByWhatItLearntTheFastest) {
    DirectoryWatch watch;
    watch.learn(survey(0min, {{"/large", 9 * GB}, {"/larger", 8 * GB}, {"/fast\n", GB}}));
    const auto now =
        survey(120min, {{"/larger", 10 * GB}, {"/large", 9 * GB}, {"/fast\n", 4 * GB}});
    watch.learn(now);
    EXPECT_EQ(top_of_kafka(watch, now, 1),
              (TopDirectories{{{"/larger", 10 * GB, 24.0 * GB}, {"/fast\\x0a", 4 * GB, 36.0 * GB}},
                              false}));
}

TEST(DirectoryWatch, KnowsNoGrowthFromWhatCouldNotBeReadAsAWhole) {
    DirectoryWatch watch;
    watch.learn(survey(0min, {{"/a", GB}}));
    watch.learn(survey(30min, {}, true));
    const auto now = survey(120min, {{"/a", 2 * GB}});
    watch.learn(now);
    EXPECT_THAT(top_of_kafka(watch, now, 1).directories,
                ElementsAre(DirectoryUsage{"/a", 2 * GB, 12.0 * GB}))
        << "the incomplete count made nothing forgotten";
    DirectoryWatch other;
    other.learn(survey(0min, {{"/a", GB}}, true));
    EXPECT_THAT(top_of_kafka(other, now, 1).directories,
                ElementsAre(DirectoryUsage{"/a", 2 * GB, {}}));
}

/// Of a kafka whose directory was not there.
DatedSurvey survey_without_kafka(std::chrono::minutes age) {
    auto without = survey(age, {});
    without.key.subjects = {{{"redis", ""}, {8, 1, 20}, {}}};
    return without;
}

TEST(DirectoryWatch, WhatWasNotThereToBeCountedDidNotGrowWhenItIs) {
    DirectoryWatch watch;
    watch.learn(survey_without_kafka(0min));
    watch.learn(survey(5min, {{"/a", 9 * GB}}));
    EXPECT_THAT(top_of_kafka(watch, survey(120min, {{"/a", 9 * GB}}), 1).directories,
                ElementsAre(DirectoryUsage{"/a", 9 * GB, 0.0}));
    // A drive that was away for one count is the same one afterwards.
    watch.learn(survey_without_kafka(10min));
    const auto now = survey(125min, {{"/a", 14 * GB}});
    watch.learn(now);
    EXPECT_THAT(top_of_kafka(watch, now, 1).directories,
                ElementsAre(DirectoryUsage{"/a", 14 * GB, 60.0 * GB}));
}

TEST(DirectoryWatch, OfOtherDeclaredDirectoriesNothingIsKnownAtFirst) {
    const auto before = survey(0min, {{"/a", GB}});
    const auto changed = [&](auto change) {
        DirectoryWatch watch;
        watch.learn(before);
        auto now = survey(120min, {{"/a", 2 * GB}, {"/b", GB}});
        change(now.key);
        for (const auto& each : top_of_kafka(watch, now, 5).directories)
            if (each.growth_bytes_per_day) return true;
        watch.learn(now);
        for (const auto& each : top_of_kafka(watch, now, 5).directories)
            if (each.growth_bytes_per_day) return true;
        return false;
    };
    EXPECT_TRUE(changed([](SurveyKey&) {}));
    EXPECT_FALSE(changed([](SurveyKey& key) { key.layout_digest = "moved"; }));
    EXPECT_FALSE(changed([](SurveyKey& key) { key.subjects.pop_back(); }));
    EXPECT_FALSE(changed([](SurveyKey& key) { key.subjects[1].identity = {8, 2, 11}; }));
    EXPECT_FALSE(changed([](SurveyKey& key) {
        key.subjects.push_back({{"kafka", "logs"}, {8, 1, 12}, {}});
    }));
    EXPECT_TRUE(changed([](SurveyKey& key) {
        key.subjects.push_back({{"redis", "data"}, {8, 1, 21}, {}});
    })) << "it is another service's";
    EXPECT_TRUE(changed([](SurveyKey& key) { key.subjects[0].want.emplace(); }))
        << "whose it is to be is nothing to growth";
}

TEST(DirectoryWatch, ACountThatIsIncompleteHasSizesAndNoGrowth) {
    DirectoryWatch watch;
    watch.learn(survey(0min, {{"/a", 9 * GB}}));
    const auto now = survey(120min, {{"/a", GB}}, true);
    watch.learn(now);
    EXPECT_THAT(top_of_kafka(watch, now, 1).directories, ElementsAre(DirectoryUsage{"/a", GB, {}}))
        << "what could not be read did not go";
}

TEST(DirectoryWatch, SaysWhereNotAllAreToldApart) {
    auto many = survey(0min, {{"/a", GB}});
    many.survey.directories["kafka"].incomplete = true;
    EXPECT_TRUE(top_of_kafka(DirectoryWatch(), many, 1).incomplete);
}

TEST(DirectoryWatch, ForgetsServicesThatTheLayoutHasNoMore) {
    DirectoryWatch watch;
    watch.learn(survey(0min, {{"/a", GB}}));
    DatedSurvey without;
    without.survey.counted.services["redis"];
    watch.learn(without);
    const auto again = survey(120min, {{"/a", 2 * GB}});
    watch.learn(again);
    EXPECT_THAT(top_of_kafka(watch, again, 1).directories,
                ElementsAre(DirectoryUsage{"/a", 2 * GB, {}}));
}

}  // namespace
}  // namespace jts::hot_storage::engine
