/// Plan, Provision and GetLayout from the bus to the disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// ctime of everything below the base, the base included.
std::map<std::string, std::pair<std::int64_t, std::int64_t>> ctimes() {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> found;
    const auto add = [&](const fs::path& path) {
        struct stat status {};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        found[path] = {status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
    };
    add(BusHost::base);
    for (const auto& entry : fs::recursive_directory_iterator(BusHost::base)) add(entry.path());
    return found;
}

/// What `owner` made below a database's directory, seen by its numeric id.
uid_t owner_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_uid;
}

unsigned mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
}

class Provision : public ::testing::Test {
  protected:
    Provision() { host_.start_daemon(); }
    BusHost host_;
};

TEST_F(Provision, OfAnEmptyHostMakesAccountsAndTheWholeTree) {
    const auto plan = host_.plan();
    ASSERT_TRUE(plan.ok()) << plan.message;
    const auto answer = host_.provision({}, plan.values.at(0));
    ASSERT_TRUE(answer.ok()) << answer.message;
    const auto result = answer.values.at(0);
    EXPECT_EQ(result.at("digest"), plan.values.at(0));
    EXPECT_EQ(result.at("changes"), plan.values.at(1));
    EXPECT_EQ(result.at("applied"), result.at("changes").size());
    EXPECT_THAT(result.at("change_id").get<std::string>(), ::testing::MatchesRegex("[0-9a-f]+"));
    EXPECT_THAT(result.at("refused"), IsEmpty());

    EXPECT_THAT(read_file("/etc/passwd"), HasSubstr("redis:x:"));
    EXPECT_THAT(read_file("/etc/group"), HasSubstr("docker:x:"));
    EXPECT_TRUE(fs::is_directory("/mnt/jts/hot/postgresql/config"));
    EXPECT_NE(owner_of("/mnt/jts/hot/redis"), 0u);
    EXPECT_THAT(host_.systemd.started(),
                ::testing::ElementsAre("jts-hot-storage-accounts.service"));
}

TEST_F(Provision, OfOneServiceStartsItsOwnUnitAndLeavesTheOthersAlone) {
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    EXPECT_THAT(host_.systemd.started(),
                ::testing::ElementsAre("jts-hot-storage-accounts@redis.service"));
    EXPECT_TRUE(fs::exists("/mnt/jts/hot/redis/data"));
    EXPECT_FALSE(fs::exists("/mnt/jts/hot/kafka"));
    EXPECT_THAT(read_file("/etc/passwd"), Not(HasSubstr("kafka")));
}

TEST_F(Provision, ASecondTimeAppliesNothingAndMovesNoCtime) {
    ASSERT_TRUE(host_.provision().ok());
    const auto before = ctimes();
    const auto units = host_.systemd.started().size();
    const auto answer = host_.provision();
    ASSERT_TRUE(answer.ok()) << answer.message;
    const auto result = answer.values.at(0);
    EXPECT_EQ(result.at("applied"), 0);
    EXPECT_EQ(result.at("change_id"), "");
    EXPECT_THAT(result.at("changes"), IsEmpty());
    EXPECT_GT(result.at("unchanged"), 25);
    EXPECT_EQ(ctimes(), before);
    EXPECT_EQ(host_.systemd.started().size(), units) << "nothing to create, nothing to start";
}

TEST_F(Provision, T10_StoppedInTheMiddleUndoesWhatItDidAndSaysSo) {
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    // Two wrong modes; the second one on a file system that takes no changes.
    ASSERT_EQ(::chmod("/mnt/jts/hot/redis/data", 0777), 0);
    ASSERT_EQ(::chmod("/mnt/jts/hot/redis/logs", 0777), 0);
    const char* logs = "/mnt/jts/hot/redis/logs";
    ASSERT_EQ(::mount(logs, logs, nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, logs, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);

    const auto stopped = host_.provision({"redis"});
    EXPECT_EQ(stopped.error, "org.jts.HotStorage1.Error.RolledBack");
    EXPECT_THAT(stopped.message, HasSubstr("Read-only file system"));
    EXPECT_THAT(stopped.message, HasSubstr("What had been changed was undone"));
    EXPECT_EQ(mode_of("/mnt/jts/hot/redis/data"), 0777u);
    EXPECT_EQ(host_.changes().back().at("outcome"), "rolled-back");

    ASSERT_EQ(::umount2(logs, MNT_DETACH), 0);
    const auto finished = host_.provision({"redis"});
    ASSERT_TRUE(finished.ok()) << finished.message;
    EXPECT_EQ(finished.values.at(0).at("applied"), 2);
}

TEST_F(Provision, AStaleDigestIsRefusedAndChangesNothing) {
    const std::string digest(64, 'a');
    EXPECT_EQ(host_.provision({}, digest).error, "org.jts.HotStorage1.Error.PlanStale");
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(Provision, AnUnsafeBaseIsRefusedByPlanAndProvision) {
    fs::create_directories("/mnt/jts");
    ASSERT_EQ(::chown("/mnt/jts", World::pat, World::pat), 0);
    for (const auto& answer : {host_.plan(), host_.provision()}) {
        EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.UnsafePath");
        EXPECT_THAT(answer.message, HasSubstr("/mnt/jts"));
    }
}

TEST_F(Provision, AnAccountThatMayNotBeUsedIsAConflictThatNamesIt) {
    write_file("/etc/passwd", read_file("/etc/passwd") + "redis:x:0:0::/:/bin/sh\n");
    write_file("/etc/shadow", read_file("/etc/shadow") + "redis:*:19000::::::\n", 0640);
    for (const auto& answer : {host_.plan({"redis"}), host_.provision({"redis"})}) {
        EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.AccountConflict");
        EXPECT_THAT(answer.message, HasSubstr("redis"));
    }
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(Provision, GetLayoutNamesTheFileThatSetAValueLast) {
    const auto answer = host_.call(World::pat, {.member = "GetLayout", .fill = no_options()});
    ASSERT_TRUE(answer.ok()) << answer.message;
    const auto document = json::parse(answer.values.at(0).get<std::string>());
    EXPECT_EQ(document.at("layout").at("base"), BusHost::base);
    EXPECT_EQ(document.at("sources").at("/base"), "/etc/jts-hot-storage/layout.d/00-base.json");
    EXPECT_EQ(document.at("sources").at("/services/redis/owner"),
              "/usr/share/jts-hot-storage/layout.json");
}

TEST_F(Provision, AnUnknownDatabaseFileIsAnErrorAndTheDaemonLivesOn) {
    fs::remove("/etc/passwd");
    fs::create_directory("/etc/passwd");
    const auto pid = host_.daemon().pid();
    for (const auto& answer : {host_.plan(), host_.provision()}) {
        EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.Failed") << answer.message;
        EXPECT_THAT(answer.message, HasSubstr("/etc/passwd"));
    }
    EXPECT_TRUE(host_.call(0, {.member = "GetLayout", .fill = no_options()}).ok());
    EXPECT_EQ(host_.daemon().pid(), pid);
}

TEST_F(Provision, BusctlSpeaksToItWithoutAnyHelp) {
    const auto busctl = [](uid_t uid, std::vector<std::string> more) {
        Program program{
            .arguments = {"/usr/bin/busctl", "--json=short", "call", "org.jts.HotStorage1",
                          "/org/jts/HotStorage1", "org.jts.HotStorage1"},
            .uid = uid};
        for (auto& each : more) program.arguments.push_back(std::move(each));
        return run(program);
    };
    const auto plan = busctl(World::pat, {"Plan", "asa{sv}", "0", "0"});
    ASSERT_EQ(plan.status, 0) << plan.errors;
    const std::string digest = json::parse(plan.output).at("data").at(0);

    host_.polkit.decide(ScriptedPolkit::Verdict::no);
    EXPECT_NE(busctl(World::pat, {"Provision", "asa{sv}", "0", "0"}).status, 0);
    EXPECT_FALSE(fs::exists(BusHost::base));

    host_.polkit.decide(ScriptedPolkit::Verdict::yes);
    const auto done =
        busctl(World::olga, {"Provision", "asa{sv}", "0", "1", "plan_digest", "s", digest});
    ASSERT_EQ(done.status, 0) << done.errors;
    EXPECT_EQ(json::parse(done.output).at("data").at(0).at("digest").at("data"), digest);
}

}  // namespace
}  // namespace jts::hot_storage::test
