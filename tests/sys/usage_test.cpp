#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <limits>
#include <random>
#include <thread>

#include "sys/space_count.hpp"
#include "usage_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

TEST_F(UsageTest, EmptyDirectoriesCountThemselves) {
    expect_what_du_counts();
    EXPECT_EQ(count().counted.services.at("db").inodes, 3u);
}

TEST_F(UsageTest, NamesOfEveryKindCountAsDuCountsThem) {
    fill(data + "/new\nline", 5000);
    fill(data + "/\x1b[31m", 5000);
    fill(data + "/\xff\xfe", 5000);
    fill(data + "/" + std::string(255, 'n'), 5000);
    make_symlink("/etc/shadow", data + "/link");
    make_symlink(std::string(3000, 'l'), data + "/long-link");
    require(::mkfifo((data + "/fifo").c_str(), 0600) == 0, "mkfifo");
    expect_what_du_counts();
}

TEST_F(UsageTest, HardLinksCountOnceInEachServiceThatHasAName) {
    fill(data + "/file", 100'000);
    const std::string web = base + "/web/data";
    for (const auto& name : {data + "/second", logs + "/third", web + "/fourth", web + "/fifth"})
        require(::link((data + "/file").c_str(), name.c_str()) == 0, "link");
    expect_what_du_counts();
    EXPECT_EQ(count().counted.services.at("db").inodes, 4u);
    EXPECT_EQ(count().counted.services.at("web").inodes, 3u);
}

TEST_F(UsageTest, T40_SparseFilesCountWhatIsAllocatedAndSumsSaturate) {
    for (int i = 0; i < 5; ++i) {
        const std::string path = data + "/sparse" + std::to_string(i);
        fill(path, 10'000);
        require(::truncate(path.c_str(), std::numeric_limits<off_t>::max() / 4096 * 4096) == 0,
                "truncate");
    }
    expect_what_du_counts();
    EXPECT_EQ(count().counted.services.at("db").apparent_bytes,
              std::numeric_limits<std::uint64_t>::max());
}

TEST_F(UsageTest, DepthOfThreeThousandCounts) {
    sys::Fd at(::open(data.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (int depth = 0; depth < 3000; ++depth) {
        require(::mkdirat(at.get(), "d", 0755) == 0, "mkdirat");
        at = sys::Fd(::openat(at.get(), "d", O_PATH | O_DIRECTORY | O_CLOEXEC));
    }
    expect_what_du_counts();
}

TEST_F(UsageTest, AnotherFileSystemInsideIsSkippedAndCounted) {
    make_directory(data + "/inside");
    sandbox.mount_tmpfs(data + "/inside");
    fill(data + "/inside/file", 50'000);
    expect_what_du_counts();
    EXPECT_EQ(count().counted.services.at("db").mounts_skipped, 1u);
    EXPECT_EQ(count().counted.services.at("web").mounts_skipped, 0u);
}

TEST_F(UsageTest, ABindMountOfTheSameFileSystemIsSkippedThoughDuCrossesIt) {
    fill(outside + "/elsewhere", 100'000);
    make_directory(data + "/bind");
    const auto before = count().counted.services.at("db");
    sandbox.bind(outside, data + "/bind");
    const auto with_mount = count().counted.services.at("db");
    EXPECT_EQ(with_mount.mounts_skipped, 1u);
    EXPECT_LT(with_mount.used_bytes, before.used_bytes + 100'000);
    EXPECT_GT(du(db, "-B1"), with_mount.used_bytes);
}

TEST_F(UsageTest, ADeclaredDirectoryOnAMountOfItsOwnIsAddedWithItsLostAndFound) {
    sandbox.mount_ext4(data, 16);
    fill(data + "/file", 1'000'000);
    const auto survey = count();
    const auto& usage = survey.counted.services.at("db");
    // The empty directory on the tmpfs takes no room, du's walk of `db` does not cross the mount.
    EXPECT_EQ(usage.used_bytes, du(db, "-B1") + du(data, "-B1"));
    EXPECT_EQ(usage.inodes, du(db, "--inodes") + du(data, "--inodes"));
    EXPECT_EQ(usage.mount_point, data) << "it holds most of the bytes";
    EXPECT_EQ(survey.counted.services.at("web").mount_point, "/mnt");
    EXPECT_EQ(survey.lost_found, (std::vector<DirectoryKey>{{"db", "data"}}));
    ASSERT_EQ(survey.counted.filesystems.size(), 2u);
    EXPECT_EQ(survey.counted.filesystems[0].mount_point, "/mnt") << "the base's first";
    EXPECT_EQ(survey.counted.filesystems[1].mount_point, data);
    EXPECT_EQ(survey.counted.filesystems[1].type, "ext4");
    EXPECT_GT(survey.counted.filesystems[1].capacity_bytes, 8'000'000u);
    EXPECT_GT(survey.counted.filesystems[1].inodes_total, 0u);
}

TEST_F(UsageTest, WhatHasADeclaredDirectorysNameAndIsNoneCountsAsAnEntry) {
    require(::rmdir(logs.c_str()) == 0, "rmdir");
    make_symlink("/etc", logs);
    expect_what_du_counts();
    EXPECT_EQ(count().below.at({"db", ""}).foreign, 0u) << "the plan refuses it, once";
}

TEST_F(UsageTest, AMissingServiceCountsZeroOnTheBasesMount) {
    run_program({"/usr/bin/rm", "-r", db});
    const auto survey = count();
    const auto& usage = survey.counted.services.at("db");
    EXPECT_EQ(usage.used_bytes, 0u);
    EXPECT_EQ(usage.inodes, 0u);
    EXPECT_FALSE(usage.incomplete);
    EXPECT_EQ(usage.mount_point, "/mnt");
}

TEST_F(UsageTest, LinksThatLeaveTheirServiceAreFound) {
    make_directory(data + "/deep");
    make_symlink("../../logs", data + "/deep/inside");
    make_symlink("../../../web", data + "/deep/out");
    make_symlink("/etc", data + "/absolute");
    make_symlink(db + "/logs", data + "/absolute-inside");
    make_symlink("/mnt/hot/dbx", data + "/prefix-only");
    const auto links = count().links_out;
    ASSERT_EQ(links.size(), 1u);
    EXPECT_EQ(links.at({"db", "data"}).count, 3u);
    EXPECT_EQ(
        links.at({"db", "data"}).examples,
        (std::vector<std::string>{data + "/absolute", data + "/deep/out", data + "/prefix-only"}));
}

TEST_F(UsageTest, LinksFarDownAreJudgedByHowDeepTheyLie) {
    constexpr int depth = 3000;
    sys::Fd current(::open(data.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int i = 0; i < depth; ++i) {
        require(::mkdirat(current.get(), "d", 0755) == 0, "mkdirat");
        current = sys::Fd(::openat(current.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    std::string up;
    for (int i = 0; i < 1300; ++i) up += "../";
    require(::symlinkat(up.c_str(), current.get(), "inside") == 0, "symlinkat");
    require(::symlinkat("/etc", current.get(), "out") == 0, "symlinkat");
    const auto links = count().links_out;
    EXPECT_EQ(links.at({"db", "data"}).count, 1u);
    EXPECT_LE(links.at({"db", "data"}).examples.front().size(), sys::max_told_path);
}

TEST_F(UsageTest, T12_WhatLiesTooDeepIsToldWhetherOwnersMatterOrNot) {
    for (const std::string& top : {data, base + "/web/data"}) {
        make_directory(top + "/a");
        make_directory(top + "/a/b");
        fill(top + "/a/b/file", 1);
    }
    spec("data").below = Below::declared_only;
    options.limits.max_way = (base + "/web/data/a").size() + 2 * sys::level_bytes;
    const auto survey = count();
    for (const std::string service : {"db", "web"})
        EXPECT_TRUE(survey.counted.services.at(service).incomplete) << service;
    EXPECT_EQ(refusals(survey.below.at({"web", "data"}).refused),
              std::vector<std::string>{"too-deep 1"});
    ASSERT_EQ(survey.unreadable.size(), 1u) << "where owners matter the plan refuses it";
    const std::string told = survey.unreadable.at({"db", "data"}).what();
    EXPECT_TRUE(told.starts_with("cannot walk into " + data + "/a/b: too-deep: ")) << told;
}

TEST_F(UsageTest, WhatIsNoServicesDirectoryIsUnmanaged) {
    make_directory(base + "/stray");
    fill(base + "/\x1b", 1);
    const auto unmanaged = sys::look_for_unmanaged(layout);
    EXPECT_EQ(unmanaged.count, 2u);
    EXPECT_EQ(unmanaged.examples, (std::vector<std::string>{base + "/\\x1b", base + "/stray"}));
}

TEST_F(UsageTest, TheMeterTellsEveryEntry) {
    for (int i = 0; i < 1000; ++i) make_file(data + "/" + std::to_string(i));
    sys::WalkMeter meter;
    count(&meter);
    EXPECT_GE(meter.entries.load(), 1000u);
    EXPECT_LE(meter.entries.load(), 1010u);
}

TEST_F(UsageTest, RandomTreesCountAsDuCountsThem) {
    const auto seed = static_cast<unsigned>(from_environment("JTS_SEED", 20));
    for (unsigned tree = 0; tree < 25; ++tree) {
        std::mt19937 random(seed + tree);
        std::vector<std::string> files;
        for (const auto& top : {db, data, logs, base + "/web", base + "/web/data"}) {
            const std::string root = top + "/tree" + std::to_string(tree);
            make_directory(root);
            grow(random, root, 4, &files);
        }
        expect_what_du_counts();
        if (HasFailure()) FAIL() << "tree " << tree << " of JTS_SEED " << seed;
    }
}

TEST_F(UsageTest, WhileFilesComeAndGoNothingFailsAndWhatStaysIsCounted) {
    for (int i = 0; i < 2000; ++i) make_file(data + "/stays" + std::to_string(i));
    std::atomic<bool> over = false;
    std::jthread churn([&] {
        for (unsigned turn = 0; !over; ++turn) {
            const std::string directory = data + "/comes" + std::to_string(turn % 8);
            ::mkdir(directory.c_str(), 0755);
            for (int i = 0; i < 20; ++i) {
                const std::string file = directory + "/" + std::to_string(i);
                const sys::Fd made(::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
                if (turn % 2 == 1) ::unlink(file.c_str());
            }
            ::rmdir(directory.c_str());
        }
    });
    for (int i = 0; i < 200; ++i) {
        const auto usage = count().counted.services.at("db");
        EXPECT_FALSE(usage.incomplete);
        EXPECT_GE(usage.inodes, 2003u);
        EXPECT_LE(usage.inodes, 2003u + 8 * 21);
    }
    over = true;
}

TEST_F(UsageTest, OnlyTheFirstNamesOfTooManyLinkedInodesAreToldApart) {
    sys::InodeBudget budget{1};
    sys::CountedInodes few(budget);
    sys::Look look{};
    look.stx_mode = S_IFREG;
    look.stx_nlink = 2;
    look.stx_ino = 1;
    EXPECT_EQ(few.add(look), sys::CountedInodes::Outcome::first);
    EXPECT_EQ(few.add(look), sys::CountedInodes::Outcome::again);
    look.stx_ino = 2;
    EXPECT_EQ(few.add(look), sys::CountedInodes::Outcome::over_limit);
}

}  // namespace
}  // namespace jts::hot_storage::test
