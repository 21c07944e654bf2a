/// GetUsage on the bus: who is answered from what, and the services' own objects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using Verdict = ScriptedPolkit::Verdict;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class Usage : public ::testing::Test {
  protected:
    Usage() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
        host_.polkit.decide([](const ScriptedPolkit::Question& question) {
            const bool may_sample =
                question.uid == World::olga || question.action == "org.jts.hotstorage1.read";
            return may_sample ? Verdict::yes : Verdict::no;
        });
    }

    Answer usage(uid_t uid, std::vector<Option> options = {},
                 std::vector<std::string> services = {}) {
        return host_.call(uid,
                          {.member = "GetUsage",
                           .fill = services_and_options(std::move(services), std::move(options))});
    }
    std::uint64_t inodes(uid_t uid, std::vector<Option> options = {}) {
        return usage(uid, std::move(options)).values.at(0).at("redis").at("inodes");
    }
    nlohmann::json service_property(const std::string& service, const std::string& name) {
        return host_
            .call(World::nobody, {.member = "Get",
                                  .fill =
                                      [&](sd_bus_message* call) {
                                          sd_bus_message_append(call, "ss",
                                                                "org.jts.HotStorage1.Service",
                                                                name.c_str());
                                      },
                                  .interface = "org.freedesktop.DBus.Properties",
                                  .path = "/org/jts/HotStorage1/service/" + service})
            .values;
    }

    BusHost host_;
};

TEST_F(Usage, CountsEveryServiceAndTheFileSystemsTheyLieOn) {
    write_file("/mnt/jts/hot/redis/data/dump", std::string(100'000, 'x'));
    const auto answer = usage(World::pat);
    ASSERT_TRUE(answer.ok()) << answer.message;
    const auto& redis = answer.values.at(0).at("redis");
    EXPECT_EQ(redis.at("path"), "/mnt/jts/hot/redis");
    EXPECT_EQ(redis.at("mount_point"), "/mnt");
    EXPECT_EQ(redis.at("inodes"), 4u);
    EXPECT_EQ(redis.at("apparent_bytes"), 100'000u);
    EXPECT_GE(redis.at("used_bytes"), 100'000u);
    EXPECT_EQ(redis.at("planned_bytes"), 50'000'000'000u);
    EXPECT_EQ(redis.at("level"), "ok");
    EXPECT_EQ(redis.at("incomplete"), false);
    EXPECT_EQ(answer.values.at(0).size(), 7u);
    ASSERT_EQ(answer.values.at(1).size(), 1u);
    const auto& filesystem = answer.values.at(1).at(0);
    EXPECT_EQ(filesystem.at("mount_point"), "/mnt");
    EXPECT_EQ(filesystem.at("type"), "tmpfs");
    EXPECT_EQ(filesystem.at("planned_bytes"), 4'000'000'000'000u);
}

TEST_F(Usage, OfOneServiceHoldsThatOneAndTheWholePlanOfItsFileSystem) {
    const auto answer = usage(World::pat, {}, {"redis"});
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_EQ(answer.values.at(0).size(), 1u);
    EXPECT_EQ(answer.values.at(1).at(0).at("planned_bytes"), 4'000'000'000'000u);
}

TEST_F(Usage, AnEarlierCountIsAnsweredWhileItIsYoungEnoughAndAnewForWhoMaySample) {
    EXPECT_EQ(inodes(World::pat), 3u);
    write_file("/mnt/jts/hot/redis/data/new", "x");
    EXPECT_EQ(inodes(World::olga), 3u) << "five minutes are the default";
    EXPECT_EQ(inodes(World::olga, {{"max_age", std::uint64_t{0}}}), 4u);
    write_file("/mnt/jts/hot/redis/data/newer", "x");
    EXPECT_EQ(inodes(World::pat, {{"max_age", std::uint64_t{0}}}), 4u)
        << "T48: who may not sample is answered by what began a moment ago";
}

TEST_F(Usage, T48_WhoeverMayNotSampleSharesOneWalkHoweverTheCallsDiffer) {
    const auto sampled_at = [&](std::vector<std::string> services, std::uint64_t max_age) {
        const auto answer = usage(World::pat, {{"max_age", max_age}}, std::move(services));
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.values.at(0).at("redis").at("sampled_at").get<std::uint64_t>();
    };
    const auto first = sampled_at({"redis"}, UINT64_MAX);
    EXPECT_EQ(sampled_at({"redis", "kafka"}, UINT64_MAX), first);
    EXPECT_EQ(sampled_at({}, 0), first);
    EXPECT_EQ(sampled_at({"mongodb", "redis"}, 1), first);
}

TEST_F(Usage, T48_WhoMayNotSampleGetsNoFullSpeedAndIsNotRefusedForAsking) {
    const auto answer = usage(World::pat, {{"priority", std::string("full")}});
    EXPECT_TRUE(answer.ok()) << answer.message;
    EXPECT_EQ(usage(World::pat, {{"priority", std::string("fast")}}).error,
              "org.freedesktop.DBus.Error.InvalidArgs");
}

TEST_F(Usage, AtFullSpeedCountsTheSame) {
    const auto count = [&](const char* priority) {
        const auto answer = usage(0, {{"priority", std::string(priority)}, {"max_age", 0UL}});
        EXPECT_TRUE(answer.ok()) << answer.message;
        auto redis = answer.values.at(0).at("redis");
        redis.erase("sampled_at");
        return redis;
    };
    EXPECT_EQ(count("full"), count("idle"));
}

TEST_F(Usage, WhatTheServiceItselfChangedIsCountedAnewForEverybody) {
    EXPECT_EQ(inodes(World::pat), 3u);
    ASSERT_EQ(::rmdir("/mnt/jts/hot/redis/logs"), 0);
    ASSERT_TRUE(host_.provision().ok());
    write_file("/mnt/jts/hot/redis/logs/log", "x");
    EXPECT_EQ(inodes(World::pat), 4u);
}

TEST_F(Usage, PolkitIsAskedOnceForWhatIsKnown) {
    usage(World::pat);
    host_.polkit.forget_questions();
    usage(World::pat);
    const auto questions = host_.polkit.questions();
    ASSERT_EQ(questions.size(), 1u);
    EXPECT_EQ(questions[0].action, "org.jts.hotstorage1.read");
}

TEST_F(Usage, OfAHostWithoutATreeIsNothingOnTheFileSystemOfItsParent) {
    fs::remove_all("/mnt/jts");
    const auto answer = usage(World::olga, {{"max_age", std::uint64_t{0}}});
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_EQ(answer.values.at(0).at("redis").at("inodes"), 0u);
    EXPECT_EQ(answer.values.at(0).at("redis").at("mount_point"), "/mnt");
}

TEST_F(Usage, AServicesObjectTellsWhatWasCountedAndSignalsIt) {
    EXPECT_EQ(service_property("redis", "State").at(0), "ok");
    EXPECT_EQ(service_property("redis", "SampledAt").at(0), 0u);
    Caller watcher(World::nobody);
    watcher.watch_signals();
    usage(World::pat);
    EXPECT_TRUE(watcher.wait_for_signal([](const Signal& signal) {
        return signal.member == "PropertiesChanged" &&
               signal.values.at(0) == "org.jts.HotStorage1.Service" &&
               signal.values.at(1).value("Inodes", 0) == 3;
    }));
    EXPECT_GT(service_property("redis", "SampledAt").at(0), 0u);
    EXPECT_EQ(service_property("redis", "PlannedBytes").at(0), 50'000'000'000u);
}

TEST_F(Usage, AServicesObjectComesAndGoesWithTheLayout) {
    Caller watcher(World::nobody);
    watcher.watch_signals();
    const auto announces = [](const std::string& member, const std::string& path) {
        return [=](const Signal& signal) {
            return signal.member == member && signal.values.at(0) == path;
        };
    };
    BusHost::write_drop_in(
        "50-more", R"({"format": 1, "services": {"extra": {"owner": "root"}, "docker": null}})");
    ASSERT_TRUE(host_.call(World::pat, {.member = "GetLayout", .fill = no_options()}).ok());
    EXPECT_TRUE(watcher.wait_for_signal(
        announces("InterfacesAdded", "/org/jts/HotStorage1/service/extra")));
    EXPECT_TRUE(watcher.wait_for_signal(
        announces("InterfacesRemoved", "/org/jts/HotStorage1/service/docker")));
    EXPECT_EQ(service_property("extra", "State").at(0), "missing");
    ASSERT_EQ(::chown("/mnt/jts/hot/redis", 0, 0), 0);
    ASSERT_TRUE(host_.plan().ok());
    EXPECT_TRUE(watcher.wait_for_signal([](const Signal& signal) {
        return signal.member == "PropertiesChanged" &&
               signal.values.at(1).value("State", "") == "drifted";
    }));
}

}  // namespace
}  // namespace jts::hot_storage::test
