/// What the self-test says about a host that lacks something; the daemon's own is in the bus tier.
#include "sys/self_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "support/sandbox.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto lacks(const std::string& what, const std::string& giver) {
    return AllOf(Field(&sys::Lack::what, HasSubstr(what)), Field(&sys::Lack::giver, giver),
                 Field(&sys::Lack::without, ::testing::Not(IsEmpty())));
}

class SelfTest : public ::testing::Test {
  protected:
    SelfTest() {
        make_directory(paths_.state, 0700);
        make_directory(paths_.runtime);
    }
    /// A /proc that has a status with these capabilities, and nothing of the kernel's settings.
    void pretend(const std::string& capabilities) {
        paths_.proc = "/mnt/proc";
        fs::remove_all(paths_.proc);
        for (const char* folder : {"/mnt/proc", "/mnt/proc/self", "/mnt/proc/1"})
            make_directory(folder);
        make_file("/mnt/proc/self/status", 0444, "Name:\tx\nCapEff:\t" + capabilities + "\n");
        make_file("/mnt/proc/1/status", 0444);
    }
    std::vector<sys::Lack> result() const { return sys::self_test(paths_); }

    Sandbox sandbox_;
    sys::SelfTestPaths paths_{"/proc", "/mnt/state", "/mnt/runtime"};
};

TEST_F(SelfTest, WhereNothingLacksItSaysNothingAndLeavesNothing) {
    EXPECT_THAT(result(), IsEmpty());
    EXPECT_TRUE(fs::is_empty("/mnt/state"));
}

TEST_F(SelfTest, AnExt4WithAclsLacksNothing) {
    sandbox_.mount_ext4("/mnt/state", 8);
    EXPECT_THAT(result(), IsEmpty());
}

TEST_F(SelfTest, TakesLessThanTenMilliseconds) {
    using Clock = std::chrono::steady_clock;
    auto fastest = Clock::duration::max();
    for (int i = 0; i < 5; ++i) {
        const auto start = Clock::now();
        EXPECT_THAT(result(), IsEmpty());
        fastest = std::min(fastest, Clock::now() - start);
    }
    EXPECT_LT(fastest, std::chrono::milliseconds(10));
    RecordProperty("microseconds",
                   std::to_string(std::chrono::duration<double, std::micro>(fastest).count()));
}

TEST_F(SelfTest, WhatAKilledOneLeftIsTakenOverAndGoes) {
    make_file("/mnt/state/.self-test", 0600, "");
    EXPECT_THAT(result(), IsEmpty());
    EXPECT_TRUE(fs::is_empty("/mnt/state"));
}

TEST_F(SelfTest, EachMissingCapabilityIsNamed) {
    constexpr const char* giver = "CapabilityBoundingSet=";
    const auto settings = lacks("/proc/sys/fs/protected_hardlinks", "ProcSubset=all");
    pretend("000000000000000a");
    EXPECT_THAT(result(), ElementsAre(lacks("CAP_CHOWN", giver), settings));
    pretend("0000000000000003");
    EXPECT_THAT(result(), ElementsAre(lacks("CAP_FOWNER", giver), settings));
    pretend("0000000000000009");
    EXPECT_THAT(result(), ElementsAre(lacks("CAP_DAC_OVERRIDE", giver), settings));
}

TEST_F(SelfTest, OthersProcessesThatAreNotSeenAreNamed) {
    pretend("000000000000000b");
    fs::remove_all("/mnt/proc/1");
    EXPECT_THAT(result(), ElementsAre(lacks("protected_hardlinks", "ProcSubset=all"),
                                      lacks("the sight of other processes", "Group=")));
}

TEST_F(SelfTest, FoldersThatAreNotThereAreNamed) {
    fs::remove("/mnt/state");
    fs::remove("/mnt/runtime");
    EXPECT_THAT(result(), ElementsAre(lacks("/mnt/state (No such file", "StateDirectory="),
                                      lacks("/mnt/runtime (No such file", "RuntimeDirectory=")));
}

TEST_F(SelfTest, AStateFolderThatIsReadOnlySomebodyElsesOrALinkIsNamed) {
    sandbox_.mount_tmpfs("/mnt/state");
    require(::mount(nullptr, "/mnt/state", nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0, "mount");
    EXPECT_THAT(result(), ElementsAre(lacks("(Read-only file system)", "StateDirectory=")));
    require(::umount("/mnt/state") == 0, "umount");

    give("/mnt/state", 1001, 0);
    EXPECT_THAT(result(), ElementsAre(lacks("root's alone", "StateDirectory=")));

    fs::remove("/mnt/state");
    make_directory("/mnt/elsewhere", 0700);
    make_symlink("/mnt/elsewhere", "/mnt/state");
    EXPECT_THAT(result(), ElementsAre(lacks("(Not a directory)", "StateDirectory=")));
    EXPECT_TRUE(fs::is_empty("/mnt/elsewhere"));
}

}  // namespace
}  // namespace jts::hot_storage::test
