/// jts-storage against the real daemon: every exit status by a situation that causes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

class ClientCommand : public ::testing::Test {
  protected:
    ClientCommand() { host_.start_daemon(); }

    static Program command(std::vector<std::string> arguments, uid_t uid = World::olga) {
        arguments.insert(arguments.begin(), World::built("src/client/jts-storage"));
        return {.arguments = std::move(arguments), .uid = uid};
    }

    static Finished jts_storage(std::vector<std::string> arguments, uid_t uid = World::olga) {
        return run(command(std::move(arguments), uid));
    }

    static json json_of(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "--json");
        const auto finished = jts_storage(std::move(arguments));
        EXPECT_EQ(finished.status, 0) << finished.errors;
        auto document = json::parse(finished.output);
        EXPECT_EQ(document.at("schema"), 1);
        return document;
    }

    BusHost host_;
};

TEST_F(ClientCommand, PlansAndProvisionsAsAnOperatorAndThenHasNothingToDo) {
    const auto plan = jts_storage({"plan"});
    EXPECT_EQ(plan.status, 0) << plan.errors;
    EXPECT_THAT(plan.output, HasSubstr("/mnt/jts/hot/redis"));
    EXPECT_FALSE(fs::exists(BusHost::base));

    const auto provision = jts_storage({"provision", "--yes"});
    EXPECT_EQ(provision.status, 0) << provision.errors;
    EXPECT_TRUE(fs::exists("/mnt/jts/hot/redis/data"));

    EXPECT_THAT(json_of({"plan"}).at("changes"), ::testing::IsEmpty());
    EXPECT_EQ(json_of({"provision", "--yes"}).at("applied"), 0);
}

TEST_F(ClientCommand, JsonHoldsWhatTheMethodsAnswer) {
    EXPECT_EQ(json_of({"status"}).at("base_path"), BusHost::base);
    EXPECT_EQ(json_of({"plan", "redis"}).at("digest"), host_.plan({"redis"}).values.at(0));
    EXPECT_EQ(json_of({"layout", "show"}).at("layout").at("base"), BusHost::base);
    const auto result = json_of({"provision", "--yes", "redis"});
    EXPECT_EQ(result.at("applied"), result.at("changes").size());
    EXPECT_EQ(json_of({"status"}).at("version"), host_.property("Version"));
}

TEST_F(ClientCommand, Exit1IsForAPlanWithChangesWhereItWasAskedFor) {
    EXPECT_EQ(jts_storage({"plan", "--exit-code"}).status, 1);
    ASSERT_TRUE(host_.provision().ok());
    EXPECT_EQ(jts_storage({"plan", "--exit-code"}).status, 0);
}

TEST_F(ClientCommand, Exit2IsForMistakesAndForALayoutThatIsWrong) {
    EXPECT_EQ(jts_storage({"provide"}).status, 2);
    EXPECT_EQ(jts_storage({"plan", "Redis"}).status, 2);
    EXPECT_EQ(jts_storage({"layout", "check"}).status, 0);
    BusHost::write_drop_in("50-broken", R"({"format": 1, "bass": "/mnt"})");
    const auto provision = jts_storage({"provision", "--yes"});
    EXPECT_EQ(provision.status, 2);
    EXPECT_THAT(provision.errors, HasSubstr("50-broken.json"));
    const auto check = jts_storage({"layout", "check"});
    EXPECT_EQ(check.status, 2);
    EXPECT_THAT(check.output + check.errors, HasSubstr("/bass"));
}

TEST_F(ClientCommand, Exit3IsForAChangeThatStoppedInTheMiddle) {
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    const char* logs = "/mnt/jts/hot/redis/logs";
    ASSERT_EQ(::chmod("/mnt/jts/hot/redis/data", 0777), 0);
    ASSERT_EQ(::chmod(logs, 0777), 0);
    ASSERT_EQ(::mount(logs, logs, nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, logs, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);
    const auto finished = jts_storage({"provision", "--yes", "redis"});
    EXPECT_EQ(finished.status, 3);
    EXPECT_THAT(finished.errors, HasSubstr("Read-only file system"));
    ASSERT_EQ(::umount2(logs, MNT_DETACH), 0);
}

TEST_F(ClientCommand, Exit4IsForAUserWhoMayNot) {
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        const bool reads = question.action.ends_with(".read");
        return reads ? ScriptedPolkit::Verdict::yes : ScriptedPolkit::Verdict::challenge;
    });
    EXPECT_EQ(jts_storage({"plan"}, World::pat).status, 0);
    EXPECT_EQ(jts_storage({"--no-ask-password", "provision", "--yes"}, World::pat).status, 4);
    EXPECT_EQ(jts_storage({"provision", "--yes"}, World::pat).status, 4);
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(ClientCommand, Exit5IsForAServiceThatIsNotThereOrGoesAway) {
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action.ends_with(".provision") ? ScriptedPolkit::Verdict::hold
                                                       : ScriptedPolkit::Verdict::yes;
    });
    Process client(command({"provision", "--yes"}));
    ASSERT_TRUE(host_.polkit.wait_for_held(1));
    host_.daemon().signal(9);
    host_.daemon().wait();
    EXPECT_EQ(client.wait(), 5) << client.errors();
    EXPECT_EQ(jts_storage({"status"}).status, 5);
}

TEST_F(ClientCommand, Exit6IsForAPlanThatWentStaleAndForALockThatSomebodyHolds) {
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action.ends_with(".provision") ? ScriptedPolkit::Verdict::hold
                                                       : ScriptedPolkit::Verdict::yes;
    });
    Process client(command({"provision", "--yes", "redis"}));
    ASSERT_TRUE(host_.polkit.wait_for_held(1));
    fs::create_directories("/mnt/jts/hot");
    host_.polkit.answer_held({ScriptedPolkit::Verdict::yes});
    EXPECT_EQ(client.wait(), 6) << client.errors();

    host_.polkit.decide(ScriptedPolkit::Verdict::yes);
    host_.systemd.end_units({.job_result = "failed", .unit_result = "timeout"});
    EXPECT_EQ(jts_storage({"provision", "--yes"}).status, 6);
}

TEST_F(ClientCommand, Exit7IsForAServiceThatTheLayoutLacks) {
    const auto finished = jts_storage({"plan", "oracle"});
    EXPECT_EQ(finished.status, 7);
    EXPECT_THAT(finished.errors, HasSubstr("oracle"));
}

TEST_F(ClientCommand, Exit8IsForAnAnswerThatDoesNotComeInTime) {
    host_.polkit.decide(ScriptedPolkit::Verdict::hold);
    EXPECT_EQ(jts_storage({"--timeout", "0.2", "plan"}).status, 8);
}

TEST_F(ClientCommand, WithoutATerminalAChangeNeedsYes) {
    const auto finished = jts_storage({"provision"});
    EXPECT_EQ(finished.status, 2) << finished.errors;
    EXPECT_THAT(finished.errors, HasSubstr("--yes"));
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(ClientCommand, LayoutCheckNeedsNoDaemon) {
    ASSERT_EQ(host_.stop_daemon(), 0);
    EXPECT_EQ(jts_storage({"layout", "check"}).status, 0);
}

TEST_F(ClientCommand, MonitorTellsAnybodyAlsoAcrossARestartOfTheService) {
    const std::string lines = "/mnt/lines";
    auto monitor = command({"monitor", "--json"}, World::nobody);
    monitor.output_path = lines;
    const Process follower(monitor);
    const auto events = [&] {
        std::vector<std::string> names;
        std::istringstream in(read_file(lines));
        for (std::string line; std::getline(in, line);)
            names.push_back(json::parse(line).at("event"));
        return names;
    };
    ASSERT_TRUE(host_.provision().ok());
    // What came before it listened is not told; so there is more than one chance.
    const auto hears_of_samples = [&](std::size_t least) {
        for (int tries = 0; tries < 200 && events().size() < least; ++tries)
            EXPECT_EQ(jts_storage({"-q", "sample"}).status, 0);
        return events().size() >= least;
    };
    EXPECT_TRUE(hears_of_samples(2));
    EXPECT_EQ(host_.stop_daemon(), 0);
    host_.start_daemon();
    EXPECT_TRUE(hears_of_samples(events().size() + 2)) << follower.errors();
    EXPECT_THAT(events(), ::testing::Contains("usage-sampled"));
    EXPECT_TRUE(follower.runs());
}

/// The bus delivers a signal that is addressed, whoever sends it and whatever it says.
TEST_F(ClientCommand, T26_MonitorShowsAndMindsTheServicesSignalsAlone) {
    const std::string lines = "/mnt/lines";
    auto monitor = command({"monitor"}, World::pat);
    monitor.output_path = lines;
    const Process follower(monitor);
    ASSERT_TRUE(host_.provision().ok());
    const auto hears_a_sample = [&] {
        const auto before = read_file(lines).size();
        for (int tries = 0; tries < 200 && read_file(lines).size() == before; ++tries)
            EXPECT_EQ(jts_storage({"-q", "sample"}).status, 0);
        return read_file(lines).size() > before;
    };
    ASSERT_TRUE(hears_a_sample());

    Caller liar(World::nobody);
    const auto driver = [](const char* member, const std::string& argument = {}) {
        return Call{.member = member,
                    .fill =
                        [=](sd_bus_message* call) {
                            if (!argument.empty())
                                sd_bus_message_append(call, "s", argument.c_str());
                        },
                    .interface = "org.freedesktop.DBus",
                    .path = "/org/freedesktop/DBus",
                    .destination = "org.freedesktop.DBus"};
    };
    const auto names = liar.call(driver("ListNames"));
    ASSERT_TRUE(names.ok()) << names.message;
    int told = 0;
    for (const auto& name : names.values.at(0)) {
        const auto pid = liar.call(driver("GetConnectionUnixProcessID", name));
        if (!pid.ok() || pid.values.at(0) != follower.pid()) continue;
        liar.emit_to(name, "AlertCleared", [](sd_bus_message* signal) {
            sd_bus_message_append(signal, "ssa{sv}", "usage.redis", "critical", 6, "subject", "s",
                                  "usage.redis", "severity", "s", "critical", "since", "t",
                                  std::uint64_t{1}, "value", "d", 1.0, "threshold", "d", 1.0,
                                  "message", "s", "a lie");
        });
        liar.emit_to(name, "AlertRaised", [](sd_bus_message* signal) {
            sd_bus_message_append(signal, "ssa{sv}", "usage.redis", "critical", 0);
        });
        liar.emit_to(name, "UsageSampled",
                     [](sd_bus_message* signal) { sd_bus_message_append(signal, "i", 7); });
        ++told;
    }
    EXPECT_GT(told, 0);
    EXPECT_TRUE(hears_a_sample()) << follower.errors();
    EXPECT_TRUE(follower.runs()) << follower.errors();
    EXPECT_THAT(read_file(lines), ::testing::Not(HasSubstr("usage.redis")));
}

TEST_F(ClientCommand, MonitorEndsWithItsTimeAndWithTheBus) {
    EXPECT_EQ(jts_storage({"monitor", "--timeout=0.2"}, World::pat).status, 0);
    Process follower(command({"monitor"}, World::pat));
    EXPECT_FALSE(follower.wait(std::chrono::milliseconds(300)).has_value()) << follower.errors();
    host_.bus.kill();
    EXPECT_EQ(follower.wait(), 5) << follower.errors();
    host_.daemon().wait();  // it has lost the bus, too
}

}  // namespace
}  // namespace jts::hot_storage::test
