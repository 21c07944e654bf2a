/// Alerts and forecasts on the bus: what a sample raises and clears, who hears of it, and what
/// outlasts the daemon.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "core/forecast.hpp"
#include "support/bus_host.hpp"
#include "sys/history_store.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* state = "/var/lib/jts-hot-storage";
constexpr const char* state_file = "/var/lib/jts-hot-storage/alerts.json";
constexpr const char* dump = "/mnt/jts/hot/redis/data/dump";

class Alerts : public ::testing::Test {
  protected:
    Alerts() {
        // The host's own file system may be as full as it likes.
        BusHost::write_drop_in("10-levels", R"({ "format": 1,
            "filesystem_thresholds": { "warning_percent": 100, "critical_percent": 100,
                "warning_days_left": 0, "critical_days_left": 0 },
            "services": { "redis": { "planned_bytes": 60000000000, "thresholds": {
                "warning_bytes": 1000000, "critical_bytes": 3000000 } } } })");
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
        watcher_.watch_signals();
    }

    Answer sample() { return host_.call(0, {.member = "Sample", .fill = no_options()}); }
    void sample_with(std::size_t bytes) {
        write_file(dump, std::string(bytes, 'x'));
        const auto answer = sample();
        EXPECT_TRUE(answer.ok()) << answer.message;
    }
    /// "warning usage.redis", of the property.
    std::vector<std::string> standing() {
        std::vector<std::string> out;
        for (const auto& alert : host_.property("Alerts"))
            out.push_back(alert.at("severity").get<std::string>() + " " +
                          alert.at("subject").get<std::string>());
        return out;
    }
    /// "AlertRaised usage.redis warning", in order, of all that came so far.
    std::vector<std::string> told() {
        watcher_.pass_time(std::chrono::milliseconds(100));
        std::vector<std::string> out;
        for (const auto& signal : watcher_.signals())
            if (signal.member.starts_with("Alert"))
                out.push_back(signal.member + " " + signal.values.at(0).get<std::string>() + " " +
                              signal.values.at(1).get<std::string>());
        return out;
    }
    nlohmann::json usage(const std::string& service) {
        const auto answer =
            host_.call(World::pat, {.member = "GetUsage", .fill = services({service})});
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.values;
    }

    BusHost host_;
    Caller watcher_{World::nobody};
};

TEST_F(Alerts, AreRaisedByTheFirstSampleOverALevelAndClearedByTheFirstUnderIt) {
    sample_with(500'000);
    EXPECT_THAT(standing(), IsEmpty());
    EXPECT_EQ(host_.property("Health"), "ok");
    sample_with(2'000'000);
    EXPECT_THAT(standing(), ElementsAre("warning usage.redis"));
    EXPECT_EQ(host_.property("Health"), "degraded");
    sample_with(2'100'000);
    sample_with(4'000'000);
    EXPECT_THAT(standing(), ElementsAre("critical usage.redis"));
    EXPECT_EQ(host_.property("Health"), "critical");
    sample_with(100);
    EXPECT_THAT(standing(), IsEmpty());
    EXPECT_EQ(host_.property("Health"), "ok");
    EXPECT_THAT(
        told(),
        ElementsAre("AlertRaised usage.redis warning", "AlertCleared usage.redis warning",
                    "AlertRaised usage.redis critical", "AlertCleared usage.redis critical"));
}

TEST_F(Alerts, SayWhatTheyAreAbout) {
    sample_with(2'000'000);
    const auto alert = host_.property("Alerts").at(0);
    const auto redis = usage("redis").at(0).at("redis");
    EXPECT_EQ(alert.at("since"), redis.at("sampled_at"));
    EXPECT_EQ(alert.at("value"), redis.at("used_bytes").get<double>());
    EXPECT_EQ(alert.at("threshold"), 1'000'000.0);
    EXPECT_THAT(alert.at("message").get<std::string>(), HasSubstr("redis uses "));
    EXPECT_TRUE(watcher_.wait_for_signal([&](const Signal& signal) {
        return signal.member == "AlertRaised" && signal.values.at(2) == alert;
    }));
    EXPECT_TRUE(watcher_.wait_for_signal([&](const Signal& signal) {
        return signal.member == "PropertiesChanged" &&
               signal.values.at(1).value("Alerts", nlohmann::json::array()).size() == 1;
    }));
}

TEST_F(Alerts, OutlastTheDaemonHoweverItEnds) {
    sample_with(2'000'000);
    EXPECT_EQ(host_.stop_daemon(), 0);
    host_.start_daemon();
    EXPECT_THAT(standing(), ElementsAre("warning usage.redis")) << "before any sample";
    sample_with(2'000'001);
    host_.daemon().signal(9);
    host_.daemon().wait();
    host_.start_daemon();
    sample_with(2'000'002);
    EXPECT_THAT(told(), ElementsAre("AlertRaised usage.redis warning"));
    sample_with(1);
    EXPECT_EQ(host_.stop_daemon(), 0);
    host_.start_daemon();
    EXPECT_THAT(standing(), IsEmpty());
    EXPECT_THAT(told(),
                ElementsAre("AlertRaised usage.redis warning", "AlertCleared usage.redis warning"));
}

TEST_F(Alerts, HealthKnowsThemAfterAStart) {
    sample_with(2'000'000);
    EXPECT_EQ(host_.stop_daemon(), 0);
    host_.start_daemon();
    EXPECT_TRUE(watcher_.wait_for_signal([](const Signal& signal) {
        return signal.member == "PropertiesChanged" &&
               signal.values.at(1).value("Health", "") == "degraded";
    }));
}

TEST_F(Alerts, ADamagedStateIsSetAsideAndWhatIsOverItsLevelIsRaisedAgain) {
    sample_with(2'000'000);
    EXPECT_EQ(host_.stop_daemon(), 0);
    write_file(state_file, R"({"format": 1, "alerts": [{"subject": 7}]})", 0600);
    host_.start_daemon();
    EXPECT_THAT(standing(), IsEmpty());
    EXPECT_TRUE(fs::exists(std::string(state_file) + ".damaged"));
    sample_with(2'000'000);
    EXPECT_THAT(standing(), ElementsAre("warning usage.redis"));
    EXPECT_THAT(told(),
                ElementsAre("AlertRaised usage.redis warning", "AlertRaised usage.redis warning"));
}

TEST_F(Alerts, AreRaisedAlsoWhereNothingCanBeWrittenDownAndAreSavedLater) {
    ASSERT_EQ(::mount("tmpfs", state, "tmpfs", 0, "size=4096,mode=0700"), 0);
    write_file(std::string(state) + "/ballast", std::string(4096, 'x'), 0600);
    write_file(dump, std::string(2'000'000, 'x'));
    const auto answer = sample();
    EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.NoSpace");
    EXPECT_THAT(standing(), ElementsAre("warning usage.redis"));
    EXPECT_THAT(told(), ElementsAre("AlertRaised usage.redis warning"));
    EXPECT_FALSE(fs::exists(state_file));
    ASSERT_EQ(::umount2(state, MNT_DETACH), 0);
    sample_with(2'000'000);
    EXPECT_THAT(read_file(state_file), HasSubstr("usage.redis"));
    EXPECT_THAT(told(), SizeIs(1));
}

TEST_F(Alerts, DriftIsOneUntilItIsPutRight) {
    ASSERT_EQ(::chmod("/mnt/jts/hot/kafka", 0777), 0);
    sample_with(1);
    EXPECT_THAT(standing(), ElementsAre("warning drift.kafka"));
    EXPECT_EQ(host_.property("Health"), "critical") << "as always where something is not right";
    ASSERT_TRUE(host_.provision().ok());
    sample_with(1);
    EXPECT_THAT(standing(), IsEmpty());
    EXPECT_THAT(told(),
                ElementsAre("AlertRaised drift.kafka warning", "AlertCleared drift.kafka warning"));
}

TEST_F(Alerts, WhatASampleTellsIsWhatIsAnsweredAfterIt) {
    ASSERT_TRUE(sample().ok());
    const auto redis = usage("redis").at(0).at("redis");
    EXPECT_TRUE(watcher_.wait_for_signal([&](const Signal& signal) {
        return signal.member == "UsageSampled" && signal.values.at(0).at("redis") == redis;
    }));
}

TEST_F(Alerts, AHostOnWhichNothingWasSetUpHasNotDrifted) {
    for (const auto& service : fs::directory_iterator("/mnt/jts/hot")) fs::remove_all(service);
    const auto answer = sample();
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_EQ(host_.property("Health"), "unprovisioned");
    EXPECT_THAT(standing(), IsEmpty());
}

TEST_F(Alerts, OfAServiceThatTheLayoutLosesAreCleared) {
    sample_with(2'000'000);
    BusHost::write_drop_in("20-without", R"({ "format": 1, "services": { "redis": null } })");
    ASSERT_TRUE(sample().ok());
    EXPECT_THAT(standing(), IsEmpty());
}

TEST_F(Alerts, StandWhileALayoutFileIsRejectedWhichASampleFailsOn) {
    sample_with(4'000'000);
    const auto before = standing();
    BusHost::write_drop_in("20-typo", R"({ "format": 1, "services": { "redis": { )");
    EXPECT_EQ(sample().error, "org.jts.HotStorage1.Error.InvalidLayout");
    EXPECT_EQ(standing(), before);
    EXPECT_EQ(host_.property("Health"), "critical");
    const auto points =
        host_.call(0, {.member = "GetHistory", .fill = [](auto* call) {
                           sd_bus_message_append(call, "stta{sv}", "redis", std::uint64_t{0},
                                                 std::uint64_t{0}, 0);
                       }});
    EXPECT_THAT(points.values.at(0), SizeIs(1)) << "nothing was written down";
    BusHost::write_drop_in("20-typo", R"({ "format": 1 })");
    sample_with(10);
    EXPECT_THAT(standing(), IsEmpty());
}

/// Nine days of a gigabyte a day, and the plan full in some days.
class Forecasts : public Alerts {
  protected:
    Forecasts() {
        EXPECT_EQ(host_.stop_daemon(), 0);
        sys::HistoryStore store(state, {}, [](const std::string& what) { FAIL() << what; });
        append_nine_days(store);
        host_.start_daemon();
    }

    static void append_nine_days(sys::HistoryStore& store) {
        for (std::uint64_t hour = 9 * 24; hour > 0; --hour) {
            const auto time = now() - hour * usec_per_day / 24;
            const auto used = 50'000'000'000 - hour * 1'000'000'000 / 24;
            store.append({{"redis", {time, used, used, 4}}, {"", {time, used, 0, 100}}});
        }
    }

    static std::uint64_t now() {
        const auto time = std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now());
        return static_cast<std::uint64_t>(time.time_since_epoch().count());
    }
};

TEST_F(Forecasts, OfTheHistoryAreKnownAfterAStart) {
    // They are learnt beside the first calls.
    nlohmann::json redis;
    for (int tries = 0; tries < 100 && !redis.contains("growth_bytes_per_day"); ++tries) {
        redis = usage("redis").at(0).at("redis");
        watcher_.pass_time(std::chrono::milliseconds(50));
    }
    ASSERT_TRUE(redis.contains("growth_bytes_per_day"));
    EXPECT_NEAR(redis.at("growth_bytes_per_day").get<double>(), 1e9, 1e6);
    EXPECT_LE(redis.at("growth_low"), redis.at("growth_bytes_per_day"));
    EXPECT_GE(redis.at("growth_high"), redis.at("growth_bytes_per_day"));
    const auto room = redis.at("planned_bytes").get<double>() - 50e9;
    const auto days =
        static_cast<double>(redis.at("full_at").get<std::uint64_t>() - now()) / usec_per_day;
    EXPECT_NEAR(days, room / 1e9, 1);
    const auto filesystem = usage("redis").at(1).at(0);
    EXPECT_NEAR(filesystem.at("growth_bytes_per_day").get<double>(), 1e9, 1e6);
    EXPECT_FALSE(usage("kafka").at(0).at("kafka").contains("growth_bytes_per_day"));
}

TEST_F(Forecasts, BearAPointThatAClockRunningAheadHasLeft) {
    EXPECT_EQ(host_.stop_daemon(), 0);
    const auto database = std::string(state) + "/history.db";
    fs::rename(database, "/var/lib/before");
    sys::HistoryStore store(state, {}, [](const std::string& what) { FAIL() << what; });
    const auto far = now() + 3650 * usec_per_day;
    store.append({{"redis", {far, 1, 1, 4}}, {"", {far, 1, 0, 100}}});
    append_nine_days(store);
    host_.start_daemon();
    ASSERT_TRUE(sample().ok());
    EXPECT_TRUE(usage("redis").at(0).at("redis").contains("growth_bytes_per_day"));
}

TEST_F(Forecasts, ThatComeTooNearAreAlertsAndShownByTheService) {
    BusHost::write_drop_in("20-days", R"({ "format": 1, "services": { "redis": {
        "planned_bytes": 53000000000, "thresholds": { "warning_days_left": 7 } } } })");
    ASSERT_TRUE(sample().ok());
    const auto alerts = host_.property("Alerts");
    ASSERT_THAT(alerts, SizeIs(1)) << alerts;
    EXPECT_EQ(alerts.at(0).at("subject"), "growth.redis");
    EXPECT_NEAR(alerts.at(0).at("value").get<double>(), 3, 0.5);
    const auto full_at =
        host_.call(World::pat, {.member = "Get",
                                .fill =
                                    [](sd_bus_message* call) {
                                        sd_bus_message_append(
                                            call, "ss", "org.jts.HotStorage1.Service", "FullAt");
                                    },
                                .interface = "org.freedesktop.DBus.Properties",
                                .path = "/org/jts/HotStorage1/service/redis"});
    ASSERT_TRUE(full_at.ok()) << full_at.message;
    EXPECT_EQ(full_at.values.at(0), usage("redis").at(0).at("redis").at("full_at"));
}

}  // namespace
}  // namespace jts::hot_storage::test
