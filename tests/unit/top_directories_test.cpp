#include "core/top_directories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jts::hot_storage::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> paths_of(const std::vector<DirectoryUsage>& directories) {
    std::vector<std::string> paths;
    for (const auto& one : directories) paths.push_back(one.path);
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
              (std::vector<DirectoryUsage>{{"/a", 2, 1.0}}));
}

TEST(TopDirectories, WhatDoesNotGrowIsThereForItsSizeAlone) {
    EXPECT_THAT(paths_of(pick_top({{"/a", 2, 0.0}, {"/b", 1, -1.0}, {"/c", 0, {}}}, 1)),
                ElementsAre("/a"));
}

TEST(TopDirectories, OfFewerThanWereAskedForAllAreThere) {
    EXPECT_EQ(pick_top(Some, 100).size(), Some.size());
    EXPECT_THAT(pick_top({}, 5), IsEmpty());
}

TEST(TopDirectories, OfTheSameSizeTheOrderIsThatOfTheNames) {
    EXPECT_THAT(paths_of(pick_top({{"/b", 1, {}}, {"/c", 1, {}}, {"/a", 1, {}}}, 2)),
                ElementsAre("/a", "/b"));
}

}  // namespace
}  // namespace jts::hot_storage::test
