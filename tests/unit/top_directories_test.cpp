#include "core/top_directories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jts::hot_storage::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> paths_of(const TopDirectories& top) {
    std::vector<std::string> paths;
    for (const auto& one : top.directories) paths.push_back(one.path);
    return paths;
}

const std::vector<DirectoryUsage> Some = {
    {"/small-fast", 1, 900.0}, {"/large", 100, {}},     {"/larger", 200, -5.0},
    {"/medium", 50, 1000.0},   {"/small-slow", 2, 3.0}, {"/still", 3, 0.0},
};

TEST(TopDirectories, AreTheLargestAndThoseThatGrowFastestByTheirSize) {
    EXPECT_THAT(paths_of(pick_top(Some, 1)), ElementsAre("/larger", "/medium"));
    EXPECT_THAT(paths_of(pick_top(Some, 2)),
                ElementsAre("/larger", "/large", "/medium", "/small-fast"));
}

TEST(TopDirectories, EachIsThereOnceAndKeepsWhatIsKnownOfIt) {
    EXPECT_EQ(pick_top({{"/a", 2, 1.0}, {"/b", 1, {}}}, 1),
              (TopDirectories{{{"/a", 2, 1.0}}, false}));
}

TEST(TopDirectories, WhatDoesNotGrowIsThereForItsSizeAlone) {
    EXPECT_THAT(paths_of(pick_top({{"/a", 2, 0.0}, {"/b", 1, -1.0}, {"/c", 0, {}}}, 1)),
                ElementsAre("/a"));
}

TEST(TopDirectories, OfFewerThanWereAskedForAllAreThere) {
    EXPECT_EQ(pick_top(Some, 100).directories.size(), Some.size());
    EXPECT_THAT(pick_top({}, 5).directories, IsEmpty());
}

TEST(TopDirectories, OfTheSameSizeTheOrderIsThatOfTheNames) {
    EXPECT_THAT(paths_of(pick_top({{"/b", 1, {}}, {"/c", 1, {}}, {"/a", 1, {}}}, 2)),
                ElementsAre("/a", "/b"));
}

TEST(TopDirectories, OfTwoHundredUsualPathsAllAreThere) {
    std::vector<DirectoryUsage> many;
    for (unsigned i = 0; i < 200; ++i)
        many.push_back({"/data/jts/hot/kafka/data/" + std::string(100, 'x') + std::to_string(i),
                        1000 - i, 1.0 * i});
    const auto top = pick_top(many, 100);
    EXPECT_EQ(top.directories.size(), 200u);
    EXPECT_FALSE(top.incomplete);
}

TEST(TopDirectories, T40_OfVeryLongPathsAsManyAreThereAsFitTheLargestAndTheFastestInTurns) {
    std::vector<DirectoryUsage> many;
    for (unsigned i = 0; i < 200; ++i) {
        const auto number = std::to_string(1000 + i);
        many.push_back(
            {"/" + number + std::string(most_top_bytes / 10 - 5, 'x'), 1000 - i, 1.0 * i});
    }
    const auto top = pick_top(many, 100);
    EXPECT_TRUE(top.incomplete);
    ASSERT_EQ(top.directories.size(), 10u);
    std::vector<std::uint64_t> sizes;
    for (const auto& one : top.directories) sizes.push_back(one.used_bytes);
    EXPECT_THAT(sizes, ElementsAre(1000u, 999u, 998u, 997u, 996u, 805u, 804u, 803u, 802u, 801u));
    // One that is too long alone keeps no others out.
    many = {{std::string(most_top_bytes + 1, 'x'), 9, {}}, {"/a", 2, {}}};
    EXPECT_EQ(pick_top(many, 2), (TopDirectories{{{"/a", 2, {}}}, true}));
}

}  // namespace
}  // namespace jts::hot_storage::test
