/// How much lies below single directories, held against du(1).
#include <fcntl.h>
#include <gmock/gmock.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "sys/directory_tally.hpp"
#include "usage_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Totals = std::map<std::string, std::uint64_t>;

class UsageDirectories : public UsageTest {
  protected:
    static Totals by_path(const DirectoryTotals& totals) {
        Totals by_path;
        for (const auto& [path, bytes] : totals.largest) by_path.emplace(path, bytes);
        EXPECT_EQ(by_path.size(), totals.largest.size()) << "each is there once";
        return by_path;
    }
    Totals totals(const std::string& service = "db") const {
        const auto survey = count();
        EXPECT_FALSE(survey.directories.at(service).incomplete);
        return by_path(survey.directories.at(service));
    }

    /// What du says of each directory one and two levels below, but for declared ones.
    static void add_what_du_counts(Totals& totals, const std::string& declared,
                                   const std::set<std::string>& without = {}, int level = 1) {
        for (const auto& entry : fs::directory_iterator(declared)) {
            if (!entry.is_directory() || entry.is_symlink()) continue;
            const auto path = entry.path().string();
            if (without.contains(path)) continue;
            totals.emplace(path, du(path, "-B1"));
            if (level == 1) add_what_du_counts(totals, path, {}, 2);
        }
    }
    Totals what_du_counts() const {
        Totals totals;
        add_what_du_counts(totals, db, {data, logs});
        add_what_du_counts(totals, data);
        add_what_du_counts(totals, logs);
        return totals;
    }
};

TEST_F(UsageDirectories, AreThoseOneAndTwoLevelsBelowDeclaredOnesWithAllThatLiesDeeper) {
    const std::string topic = data + "/topic", part = topic + "/part";
    make_directory(topic);
    make_directory(part);
    make_directory(part + "/deep");
    make_directory(part + "/deep/deeper");
    make_directory(db + "/other");
    fill(data + "/in-none", 5000);
    fill(topic + "/a", 4096);
    fill(part + "/b", 8192);
    fill(part + "/deep/c", 16384);
    fill(part + "/deep/deeper/d", 32768);
    EXPECT_THAT(totals(),
                UnorderedElementsAre(Pair(topic, 4096 + 8192 + 16384 + 32768),
                                     Pair(part, 8192 + 16384 + 32768), Pair(db + "/other", 0)));
    EXPECT_THAT(totals("web"), IsEmpty());
}

TEST_F(UsageDirectories, TheLargestIsTheFirst) {
    for (const auto& [name, bytes] : {std::pair{"b", 5000}, {"a", 5000}, {"c", 50'000}}) {
        make_directory(data + "/" + name);
        fill(data + "/" + name + "/file", static_cast<std::size_t>(bytes));
    }
    const auto largest = count().directories.at("db").largest;
    EXPECT_THAT(largest,
                ElementsAre(DirectoryTotal{data + "/c", 53'248}, DirectoryTotal{data + "/a", 8192},
                            DirectoryTotal{data + "/b", 8192}));
}

TEST_F(UsageDirectories, OfRandomTreesAreWhatDuCounts) {
    const auto seed = static_cast<unsigned>(from_environment("JTS_SEED", 20));
    // There directories take room themselves.
    sandbox.mount_ext4(logs, 32);
    provision();
    for (unsigned tree = 0; tree < 8; ++tree) {
        std::mt19937 random(seed + tree);
        for (const auto& top : {db, data, logs}) {
            const std::string root = top + "/tree" + std::to_string(tree);
            make_directory(root);
            grow(random, root, 4, nullptr);
        }
        options.threads = 1 + tree;
        EXPECT_EQ(totals(), what_du_counts());
        if (HasFailure()) FAIL() << "tree " << tree << " of JTS_SEED " << seed;
    }
    EXPECT_GT(totals().at(logs + "/lost+found"), 0u);
}

TEST_F(UsageDirectories, AnInodeWithSeveralNamesIsInOneOfThem) {
    for (const auto& path : {data + "/a", data + "/b", logs + "/c"}) make_directory(path);
    fill(data + "/a/file", 100'000);
    for (const auto& name : {data + "/a/second", data + "/b/third", logs + "/c/fourth"})
        require(::link((data + "/a/file").c_str(), name.c_str()) == 0, "link");
    const auto counted = totals();
    EXPECT_EQ(counted.size(), 3u);
    const auto sum = std::accumulate(counted.begin(), counted.end(), std::uint64_t{0},
                                     [](auto a, const auto& b) { return a + b.second; });
    EXPECT_EQ(sum, du(data + "/a", "-B1"));
}

TEST_F(UsageDirectories, WhatLiesOnAnotherMountIsNoneAndInNone) {
    make_directory(data + "/topic");
    make_directory(data + "/topic/mount");
    make_directory(data + "/mount");
    for (const auto& at : {data + "/topic/mount", data + "/mount"}) {
        sandbox.mount_tmpfs(at);
        make_directory(at + "/inside");
        fill(at + "/inside/file", 50'000);
    }
    fill(data + "/topic/file", 4096);
    EXPECT_THAT(totals(), UnorderedElementsAre(Pair(data + "/topic", 4096)));
}

TEST_F(UsageDirectories, OfAServiceThatIsMissingAreNone) {
    run_program({"/usr/bin/rm", "-r", base + "/web"});
    const auto survey = count();
    EXPECT_EQ(survey.directories.at("web"), DirectoryTotals{});
}

TEST_F(UsageDirectories, OfManyTheLargestAreKeptAndTheNextIsTold) {
    for (int i = 1; i <= 203; ++i) {
        const auto path = data + "/" + std::to_string(i);
        make_directory(path);
        fill(path + "/file", 4096u * static_cast<unsigned>(i));
    }
    const auto kept = count().directories.at("db");
    ASSERT_EQ(kept.largest.size(), DirectoryTotals::most);
    EXPECT_EQ(kept.largest.front().path, data + "/203");
    EXPECT_EQ(kept.largest.back().path, data + "/4");
    EXPECT_EQ(kept.largest_left_out, 3 * 4096u);
    EXPECT_FALSE(kept.incomplete);
}

TEST_F(UsageDirectories, BeyondTheBudgetTheSecondLevelGoesFirstAndNoTotalIsHalf) {
    // Each of two services has 8, of which 2 are for the first level alone.
    max_directories = 16;
    options.threads = 8;
    for (int i = 0; i < 6; ++i)
        for (int j = 0; j < 20; ++j) {
            const auto path = data + "/" + std::to_string(i);
            if (j == 0) make_directory(path);
            make_directory(path + "/" + std::to_string(j));
            fill(path + "/" + std::to_string(j) + "/file", 4096);
        }
    for (int i = 0; i < 3; ++i) {
        const auto path = base + "/web/data/" + std::to_string(i);
        make_directory(path);
        make_directory(path + "/below");
        fill(path + "/below/file", 4096);
    }
    for (int turn = 0; turn < 20; ++turn) {
        const auto survey = count();
        const auto& found = survey.directories.at("db");
        EXPECT_TRUE(found.incomplete);
        EXPECT_EQ(found.largest.size(), 8u);
        for (const auto& [path, bytes] : found.largest) EXPECT_EQ(bytes, du(path, "-B1")) << path;
        EXPECT_EQ(survey.directories.at("web").largest.size(), 6u)
            << "another's directories take none of its own, on either level";
        EXPECT_FALSE(survey.directories.at("web").incomplete);
        EXPECT_EQ(survey.counted.services.at("db").used_bytes, du(db, "-B1"));
    }
}

/// Every directory is looked up when a walk comes to it, never for what lies in it.
class DirectoryTallies : public ::testing::Test {
  protected:
    sys::DirectoryBudget budget_{1};
    sys::DirectoryNames names_{budget_};
    const std::vector<sys::TallyRoot> roots_{{&names_, 5}, {&names_, 10}};
    sys::DirectoryTally tally_{roots_};

    std::uint64_t of(const std::string& path) const {
        const auto totals = sys::directory_totals(names_, {&tally_});
        for (const auto& each : totals.largest)
            if (each.path == path) return each.used_bytes;
        return UINT64_MAX;
    }
};

TEST_F(DirectoryTallies, NamesThatBeginAlikeAreToldApart) {
    tally_.add_directory(0, "/base", "a", 1);
    tally_.add_directory(0, "/base/a", "b", 2);
    tally_.add(0, "/base/a/b", 4);
    tally_.add(0, "/base/a/bc", 8);
    tally_.add(0, "/base/a/b/c/d", 16);
    tally_.add(0, "/base/ab", 32);
    tally_.add(0, "/base/ab/b", 64);
    tally_.add(0, "/base/a", 128);
    tally_.add(0, "/base", 256);
    EXPECT_EQ(of("/base/a"), 1u + 2 + 4 + 8 + 16 + 128);
    EXPECT_EQ(of("/base/a/b"), 2u + 4 + 16);
    EXPECT_EQ(of("/base/a/bc"), 8u);
    EXPECT_EQ(of("/base/ab"), 32u + 64);
    EXPECT_EQ(of("/base/ab/b"), 64u);
    EXPECT_EQ(sys::directory_totals(names_, {&tally_}).largest.size(), 5u);
}

TEST_F(DirectoryTallies, EachRootHasLevelsOfItsOwn) {
    tally_.add(0, "/base/a", 1);
    tally_.add(1, "/base/data/a/b/c", 2);
    tally_.add(0, "/base/a", 4);
    tally_.add(1, "/base/data", 8);
    EXPECT_EQ(of("/base/a"), 5u);
    EXPECT_EQ(of("/base/data/a"), 2u);
    EXPECT_EQ(of("/base/data/a/b"), 2u);
    EXPECT_EQ(sys::directory_totals(names_, {&tally_}).largest.size(), 3u);
}

TEST(DirectoryNames, TheSecondLevelHasThreeQuartersOfAServicesPart) {
    sys::DirectoryBudget budget(2, 16);
    sys::DirectoryNames names(budget), others(budget);
    for (int i = 0; i < 6; ++i)
        EXPECT_NE(names.id_of("/a/" + std::to_string(i), 2), sys::DirectoryNames::none);
    EXPECT_FALSE(names.is_incomplete());
    EXPECT_EQ(names.id_of("/a/6", 2), sys::DirectoryNames::none);
    EXPECT_TRUE(names.is_incomplete());
    EXPECT_NE(names.id_of("/a", 1), sys::DirectoryNames::none);
    EXPECT_NE(names.id_of("/b", 1), sys::DirectoryNames::none);
    EXPECT_EQ(names.id_of("/c", 1), sys::DirectoryNames::none);
    EXPECT_NE(names.id_of("/a/0", 2), sys::DirectoryNames::none) << "it is known already";
    for (int i = 0; i < 8; ++i)
        EXPECT_NE(others.id_of("/o" + std::to_string(i), 1), sys::DirectoryNames::none);
    EXPECT_FALSE(others.is_incomplete());
}

TEST(DirectoryNames, T40_PathsTakeNoMoreThanTheirPart) {
    sys::DirectoryBudget budget(2, 1000, 800);
    sys::DirectoryNames names(budget);
    const auto path = [](int i) { return "/" + std::string(98, 'x') + std::to_string(i); };
    for (int i = 0; i < 3; ++i) EXPECT_NE(names.id_of(path(i), 2), sys::DirectoryNames::none);
    EXPECT_EQ(names.id_of(path(3), 2), sys::DirectoryNames::none);
    EXPECT_NE(names.id_of(path(4), 1), sys::DirectoryNames::none);
    EXPECT_EQ(names.id_of(path(5), 1), sys::DirectoryNames::none);
    EXPECT_TRUE(names.is_incomplete());
}

TEST(DirectoryNames, T40_AWalkOfTheMostWorkersTakesLessThan16MBOfWhateverTree) {
    for (const std::size_t length : {40u, 100u, 600u}) {
        // Sanitizers' allocators tell nothing; then nothing is tested of it.
        const auto before = mallinfo2();
        sys::DirectoryBudget budget(1);
        sys::DirectoryNames names(budget);
        const std::vector<sys::TallyRoot> roots{{&names, 5}};
        std::vector<sys::DirectoryTally> workers(16, sys::DirectoryTally(roots));
        for (int i = 0; i < 40'000; ++i) {
            const auto number = std::to_string(i);
            const auto path = "/base/" + std::string(length - number.size(), 'x') + number;
            for (auto& worker : workers) worker.add(0, path, 1);
        }
        std::vector<const sys::DirectoryTally*> tallies;
        for (const auto& worker : workers) tallies.push_back(&worker);
        const auto totals = sys::directory_totals(names, tallies);
        const auto after = mallinfo2();
        EXPECT_TRUE(totals.incomplete);
        EXPECT_EQ(totals.largest.at(0).used_bytes, workers.size());
        EXPECT_LT(after.uordblks + after.hblkhd, before.uordblks + before.hblkhd + 16'000'000)
            << "of paths of " << length << " bytes";
    }
}

TEST_F(DirectoryTallies, T40_SumsSaturate) {
    sys::DirectoryTally other(roots_);
    for (int i = 0; i < 3; ++i) tally_.add(0, "/base/a", UINT64_MAX / 2);
    other.add(0, "/base/a", UINT64_MAX / 2);
    const auto totals = sys::directory_totals(names_, {&tally_, &other});
    EXPECT_EQ(totals.largest, (std::vector<DirectoryTotal>{{"/base/a", UINT64_MAX}}));
}

}  // namespace
}  // namespace jts::hot_storage::test
