/// Sample and GetHistory on the bus: what is written down, who hears of it, and what the daemon
/// does with a history that it cannot use.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using Verdict = ScriptedPolkit::Verdict;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* state = "/var/lib/jts-hot-storage";
constexpr const char* database = "/var/lib/jts-hot-storage/history.db";
constexpr const char* invalid_args = "org.freedesktop.DBus.Error.InvalidArgs";

class History : public ::testing::Test {
  protected:
    History() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
        host_.polkit.decide(Verdict::yes);
    }

    Answer sample(uid_t uid = World::olga) {
        return host_.call(uid, {.member = "Sample", .fill = no_options()});
    }
    /// Points as [time, used, apparent, inodes].
    Answer history(const std::string& service, std::uint64_t since = 0, std::uint64_t until = 0,
                   uid_t uid = World::pat) {
        return host_.call(uid, {.member = "GetHistory", .fill = [=](sd_bus_message* call) {
                                    sd_bus_message_append(call, "stta{sv}", service.c_str(), since,
                                                          until, 0);
                                }});
    }
    nlohmann::json points(const std::string& service) {
        const auto answer = history(service);
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.ok() ? answer.values.at(0) : nlohmann::json::array();
    }
    std::uint64_t sampled() {
        const auto answer = sample();
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.ok() ? answer.values.at(0).at("sampled_at").get<std::uint64_t>() : 0;
    }

    BusHost host_;
};

TEST_F(History, ASampleIsAPointOfEachServiceAndOfTheFileSystem) {
    write_file("/mnt/jts/hot/redis/data/dump", std::string(100'000, 'x'));
    const auto answer = sample();
    ASSERT_TRUE(answer.ok()) << answer.message;
    const auto& result = answer.values.at(0);
    EXPECT_EQ(result.at("services"), 7u);
    EXPECT_EQ(result.at("incomplete"), false);
    const auto redis = points("redis");
    ASSERT_THAT(redis, SizeIs(1));
    EXPECT_EQ(redis[0][0], result.at("sampled_at"));
    EXPECT_GE(redis[0][1], 100'000u);
    EXPECT_EQ(redis[0][2], 100'000u);
    EXPECT_EQ(redis[0][3], 4u);
    const auto filesystem = points("");
    ASSERT_THAT(filesystem, SizeIs(1));
    EXPECT_EQ(filesystem[0][0], result.at("sampled_at"));
    EXPECT_GE(filesystem[0][1], redis[0][1]);
    EXPECT_EQ(filesystem[0][2], 0u);
    EXPECT_GE(filesystem[0][3], redis[0][3]);
}

TEST_F(History, WithoutAnyServiceTheFileSystemHasItsPointAllTheSame) {
    BusHost::write_drop_in("none", R"({ "format": 1, "services": null })");
    const auto answer = sample();
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_EQ(answer.values.at(0).at("services"), 0u);
    EXPECT_GT(answer.values.at(0).at("sampled_at").get<std::uint64_t>(), 0u);
    ASSERT_THAT(points(""), SizeIs(1));
    EXPECT_EQ(points("")[0][0], answer.values.at(0).at("sampled_at"));
}

TEST_F(History, EachSampleCountsAnewAndIsAPointOfItsOwn) {
    const auto first = sampled();
    write_file("/mnt/jts/hot/redis/data/new", "x");
    const auto second = sampled();
    const auto redis = points("redis");
    ASSERT_THAT(redis, SizeIs(2));
    EXPECT_EQ(redis[0][0], first);
    EXPECT_EQ(redis[1][0], second);
    EXPECT_EQ(redis[0][3].get<int>() + 1, redis[1][3].get<int>());
}

TEST_F(History, IsAskedForByPeriods) {
    const auto first = sampled(), second = sampled(), third = sampled();
    const auto times = [&](std::uint64_t since, std::uint64_t until) {
        std::vector<std::uint64_t> found;
        const auto answer = history("redis", since, until);
        for (const auto& point : answer.values.at(0)) found.push_back(point[0]);
        return found;
    };
    EXPECT_THAT(times(0, 0), ElementsAre(first, second, third));
    EXPECT_THAT(times(second, 0), ElementsAre(second, third));
    EXPECT_THAT(times(first, second), ElementsAre(first, second));
    EXPECT_THAT(times(second, second), ElementsAre(second));
    EXPECT_THAT(times(third + 1, UINT64_MAX), IsEmpty());
    EXPECT_THAT(times(UINT64_MAX, 0), IsEmpty());
}

TEST_F(History, RefusesWhatMakesNoSense) {
    EXPECT_EQ(history("nosuch").error, "org.jts.HotStorage1.Error.UnknownService");
    EXPECT_EQ(history("../redis").error, invalid_args);
    const auto answer = history("redis", 2, 1);
    EXPECT_EQ(answer.error, invalid_args);
    EXPECT_THAT(answer.message, HasSubstr("since: 2 is later than until, 1"));
    EXPECT_EQ(host_.call(World::olga, {.member = "Sample", .fill = services({})}).error,
              invalid_args);
}

TEST_F(History, OutlivesTheDaemon) {
    const auto time = sampled();
    EXPECT_EQ(host_.stop_daemon(), 0);
    host_.start_daemon();
    EXPECT_EQ(points("redis").at(0).at(0), time);
    sampled();
    EXPECT_THAT(points("redis"), SizeIs(2));
}

TEST_F(History, WhatIsSampledIsToldAndAnsweredToWhoMayNotSample) {
    Caller watcher(World::nobody);
    watcher.watch_signals();
    write_file("/mnt/jts/hot/redis/data/new", "x");
    const auto time = sampled();
    EXPECT_TRUE(watcher.wait_for_signal([&](const Signal& signal) {
        return signal.member == "UsageSampled" &&
               signal.values.at(0).at("redis").at("sampled_at") == time &&
               signal.values.at(0).at("redis").at("inodes") == 4;
    }));
    const auto usage = host_.call(World::pat, {.member = "GetUsage", .fill = services({"redis"})});
    EXPECT_EQ(usage.values.at(0).at("redis").at("sampled_at"), time);
}

TEST_F(History, ASampleLooksAtTheHealth) {
    EXPECT_EQ(host_.property("Health"), "ok");
    ASSERT_EQ(::chmod("/mnt/jts/hot/redis", 0777), 0);
    sampled();
    EXPECT_EQ(host_.property("Health"), "critical");
}

/// Root may read everything; so that right is taken away, and one directory closed.
TEST_F(History, WhatIsIncompleteIsNotWrittenDown) {
    EXPECT_EQ(host_.stop_daemon(), 0);
    for (const auto& entry : fs::recursive_directory_iterator("/mnt/jts/hot"))
        ASSERT_EQ(::chmod(entry.path().c_str(), 0755), 0);
    fs::create_directory("/mnt/jts/hot/redis/data/closed");
    ASSERT_EQ(::chmod("/mnt/jts/hot/redis/data/closed", 0700), 0);
    ASSERT_EQ(::chown("/mnt/jts/hot/redis/data/closed", World::pat, World::pat), 0);
    host_.start_daemon({}, {"/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search"});
    const auto answer = sample();
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_EQ(answer.values.at(0).at("incomplete"), true);
    EXPECT_EQ(answer.values.at(0).at("services"), 6u);
    EXPECT_THAT(points("redis"), IsEmpty());
    EXPECT_THAT(points(""), SizeIs(1));
}

TEST_F(History, ADamagedOneIsSetAsideAndEverythingElseGoesOn) {
    sampled();
    write_file(database, std::string(20'000, 'x'), 0600);
    EXPECT_THAT(points("redis"), IsEmpty());
    const auto time = sampled();
    EXPECT_EQ(points("redis").at(0).at(0), time);
    int aside = 0;
    for (const auto& entry : fs::directory_iterator(state))
        aside += entry.path().filename().string().starts_with("history.db.damaged-") ? 1 : 0;
    EXPECT_EQ(aside, 1);
    EXPECT_TRUE(host_.plan().ok());
}

TEST_F(History, WhereItCannotBeWrittenTheCountIsToldAllTheSame) {
    fs::remove(database);
    fs::create_directory(database);
    Caller watcher(World::nobody);
    watcher.watch_signals();
    const auto answer = sample();
    EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.Failed");
    EXPECT_THAT(answer.message, HasSubstr("history.db is no regular file"));
    EXPECT_TRUE(watcher.wait_for_signal(
        [](const Signal& signal) { return signal.member == "UsageSampled"; }));
    EXPECT_TRUE(host_.plan().ok());
    EXPECT_EQ(host_.property("Health"), "ok");
    fs::remove(database);
    sampled();
    EXPECT_THAT(points("redis"), SizeIs(1));
}

TEST_F(History, T48_WhoMayNotSampleIsRefusedAndNothingIsWalked) {
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action == "org.jts.hotstorage1.read" ? Verdict::yes : Verdict::no;
    });
    EXPECT_EQ(sample(World::pat).error, "org.freedesktop.DBus.Error.AccessDenied");
    EXPECT_FALSE(fs::exists(database));
    EXPECT_TRUE(sample(0).ok()) << "root needs no polkit";
    EXPECT_TRUE(history("redis", 0, 0, World::pat).ok());
}

TEST_F(History, ASampleThatIsLetGoIsAJobWithTheSameResult) {
    const auto fill = [](sd_bus_message* call) {
        sd_bus_message_append(call, "a{sv}", 1, "wait", "t", std::uint64_t{0});
    };
    Answer answer;
    // A small tree may be counted before the call is let go.
    for (int tries = 0; answer.ok() && tries < 100; ++tries)
        answer = host_.call(World::olga, {.member = "Sample", .fill = fill});
    ASSERT_EQ(answer.error, "org.jts.HotStorage1.Error.StillRunning");
    const auto path = answer.message.substr(0, answer.message.find(' '));
    const auto end = host_.call(
        World::olga,
        {.member = "Wait",
         .fill = [](sd_bus_message* call) { sd_bus_message_append(call, "t", UINT64_MAX); },
         .interface = "org.jts.HotStorage1.Job",
         .path = path});
    ASSERT_TRUE(end.ok()) << end.message;
    EXPECT_EQ(end.values.at(0), "succeeded");
    EXPECT_EQ(end.values.at(1).at("services"), 7u);
}

}  // namespace
}  // namespace jts::hot_storage::test
