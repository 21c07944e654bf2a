/// How polkit is asked, and what happens meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bus/tree_look.hpp"
#include "support/bus_host.hpp"
#include "support/paths.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Verdict = ScriptedPolkit::Verdict;
using Question = ScriptedPolkit::Question;

constexpr const char* access_denied = "org.freedesktop.DBus.Error.AccessDenied";

Call plan_call(std::vector<std::string> names = {}) {
    return {.member = "Plan", .fill = services(std::move(names))};
}

Call provision_call(std::vector<std::string> names = {}, std::string digest = {}) {
    return {.member = "Provision", .fill = services(std::move(names), std::move(digest))};
}

class Authorization : public ::testing::Test {
  protected:
    Authorization() { host_.start_daemon(); }

    static bool provisioned(const std::string& service) {
        return fs::exists(std::string(BusHost::base) + "/" + service);
    }

    static void expect_not_asked(const Answer& answer) {
        EXPECT_EQ(answer.error, access_denied);
        EXPECT_THAT(answer.message,
                    HasSubstr("polkit could not be asked about action "
                              "org.jts.hotstorage1.provision"));
    }

    BusHost host_;
};

TEST_F(Authorization, T13_TheSubjectIsAlwaysTheSendersUniqueBusName) {
    Caller olga(World::olga);
    EXPECT_TRUE(olga.call(plan_call()).ok());
    EXPECT_TRUE(olga.call(provision_call()).ok());
    const auto questions = host_.polkit.questions();
    // Each call's own action, whether it may see names, and whether Plan may have a walk of its
    // own.
    EXPECT_EQ(questions.size(), 5u);
    for (const auto& question : questions) {
        EXPECT_EQ(question.subject_kind, "system-bus-name");
        EXPECT_EQ(question.subject, olga.name());
    }
}

TEST(AuthorizationSource, T13_NoSourceFileNamesAnyOtherKindOfSubject) {
    for (const auto& entry : fs::recursive_directory_iterator(source_path("src"))) {
        if (!entry.is_regular_file()) continue;
        const auto text = read_file(entry.path());
        for (const char* kind : {"unix-process", "unix-session", "GetConnectionUnixProcessID",
                                 "GetConnectionCredentials", "CREDS_PID"}) {
            EXPECT_THAT(text, ::testing::Not(HasSubstr(kind))) << entry.path();
        }
    }
}

TEST_F(Authorization, OnlyACallThatAllowsAPromptMakesPolkitShowOne) {
    Caller pat(World::pat);
    auto call = plan_call();
    pat.call(call);
    EXPECT_EQ(host_.polkit.questions().front().flags, 0u);

    host_.polkit.forget_questions();
    call.interactive = true;
    pat.call(call);
    const auto questions = host_.polkit.questions();
    ASSERT_EQ(questions.size(), 3u);
    EXPECT_EQ(questions[0].flags, 1u);
    EXPECT_EQ(questions[1].action, "org.jts.hotstorage1.probe");
    EXPECT_EQ(questions[1].flags, 0u) << "names are never worth a prompt";
    EXPECT_EQ(questions[2].action, "org.jts.hotstorage1.sample");
    EXPECT_EQ(questions[2].flags, 0u) << "neither is a walk of one's own";
}

TEST_F(Authorization, T24_AFloodOfOneUserReachesPolkitOnlyAsOftenAsTheRateAllows) {
    host_.polkit.decide(Verdict::no);
    Caller pat(World::pat);
    int limited = 0;
    // Not all at once: the bus itself lets nobody have more than some hundred calls open.
    for (int batch = 0; batch < 60; ++batch) {
        std::vector<Caller::Pending*> calls;
        for (int i = 0; i < 50; ++i) calls.push_back(&pat.send(plan_call()));
        for (auto* call : calls) {
            if (pat.wait(*call).error == "org.freedesktop.DBus.Error.LimitsExceeded") ++limited;
        }
    }
    EXPECT_GT(limited, 0);
    EXPECT_GE(host_.polkit.questions().size(), 1000u);
    EXPECT_EQ(host_.polkit.questions().size() + static_cast<std::size_t>(limited), 3000u);
    host_.polkit.decide(Verdict::yes);
    EXPECT_TRUE(host_.call(World::olga, plan_call()).ok()) << "others have buckets of their own";
}

TEST_F(Authorization, AnInteractiveCallWithoutAnAgentIsDenied) {
    host_.polkit.decide(Verdict::challenge);
    auto call = provision_call();
    call.interactive = true;
    EXPECT_EQ(host_.call(World::pat, call).error, access_denied);
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(Authorization, T14_CallersThatLeaveAtOnceNeverEndTheDaemon) {
    const auto pid = host_.daemon().pid();
    for (int i = 0; i < 300; ++i) {
        Caller leaver(World::olga);
        leaver.send(plan_call());
        leaver.pass_time(std::chrono::milliseconds(i % 10));
    }
    EXPECT_TRUE(host_.plan().ok());
    EXPECT_EQ(host_.daemon().pid(), pid);
    EXPECT_TRUE(host_.daemon().runs());
}

TEST_F(Authorization, T16_APlanThatIsNoLongerTrueIsNotApplied) {
    const std::string digest = host_.plan({"redis"}).values.at(0);
    host_.polkit.decide([](const Question& question) {
        return question.action.ends_with(".provision") ? Verdict::hold : Verdict::yes;
    });
    Caller olga(World::olga);
    auto& pending = olga.send(provision_call({"redis"}, digest));
    ASSERT_TRUE(host_.polkit.wait_for_held(1));
    fs::create_directories("/mnt/jts/hot/redis");
    host_.polkit.answer_held({Verdict::yes});
    const auto answer = olga.wait(pending);
    EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.PlanStale");
    EXPECT_FALSE(fs::exists("/mnt/jts/hot/redis/data"));
    EXPECT_THAT(host_.systemd.started(), IsEmpty());
}

TEST_F(Authorization, T16_WhatIsDoneIsWhatWasAskedForWhateverIsAskedMeanwhile) {
    host_.polkit.decide([](const Question& question) {
        return question.action.ends_with(".provision") ? Verdict::hold : Verdict::yes;
    });
    Caller olga(World::olga);
    auto& first = olga.send(provision_call({"redis"}));
    auto& second = olga.send(provision_call({"kafka"}));
    ASSERT_TRUE(host_.polkit.wait_for_held(2));
    host_.polkit.answer_held({Verdict::yes, Verdict::no});
    EXPECT_TRUE(olga.wait(first).ok());
    EXPECT_EQ(olga.wait(second).error, access_denied);
    EXPECT_TRUE(provisioned("redis"));
    EXPECT_FALSE(provisioned("kafka"));
}

TEST_F(Authorization, T17_NothingIsLookedAtBeforePolkitHasSaidYes) {
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    const Watch watch({"/mnt/jts/hot", "/mnt/jts/hot/redis", "/mnt/jts/hot/redis/data",
                       "/etc/jts-hot-storage/layout.d"});
    host_.polkit.decide(Verdict::hold);
    Caller pat(World::pat);
    auto& plan = pat.send(plan_call({"redis"}));
    auto& provision = pat.send(provision_call({"redis"}));
    ASSERT_TRUE(host_.polkit.wait_for_held(2));
    EXPECT_FALSE(watch.saw_something());
    host_.polkit.answer_held({Verdict::no, Verdict::no});
    EXPECT_EQ(pat.wait(plan).error, access_denied);
    EXPECT_EQ(pat.wait(provision).error, access_denied);
    EXPECT_FALSE(watch.saw_something());

    host_.polkit.decide(Verdict::yes);
    EXPECT_TRUE(pat.call(plan_call({"redis"})).ok());
    EXPECT_TRUE(watch.saw_something()) << "the watch would not have seen anything at all";
}

TEST_F(Authorization, T17_ARefusalTellsNothingAboutWhatTheLayoutHas) {
    host_.polkit.decide(Verdict::no);
    const auto known = host_.call(World::pat, plan_call({"redis"}));
    const auto unknown = host_.call(World::pat, plan_call({"oracle"}));
    EXPECT_EQ(known.error, access_denied);
    EXPECT_EQ(unknown.error, known.error);
    EXPECT_EQ(unknown.message, known.message);
}

TEST_F(Authorization, T19_WithEverythingAllowedAServiceOutsideTheLayoutIsStillUnknown) {
    const auto answer = host_.call(World::pat, provision_call({"oracle"}));
    EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.UnknownService");
    EXPECT_THAT(answer.message, HasSubstr("oracle"));
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(Authorization, T19_WithEverythingAllowedNothingOutsideTheLayoutIsTouched) {
    fs::create_directories("/mnt/jts/hot/stranger");
    fs::create_directories("/mnt/beside");
    for (const char* path : {"/mnt/jts/hot/stranger", "/mnt/beside"}) {
        ASSERT_EQ(::chown(path, World::pat, World::pat), 0);
    }
    EXPECT_TRUE(host_.call(World::pat, provision_call()).ok());
    for (const char* path : {"/mnt/jts/hot/stranger", "/mnt/beside"}) {
        struct stat found {};
        ASSERT_EQ(::stat(path, &found), 0);
        EXPECT_EQ(found.st_uid, World::pat) << path;
    }
}

TEST_F(Authorization, T25_WhilePolkitIsSilentEverybodyElseIsServed) {
    host_.polkit.decide([](const Question& question) {
        return question.uid == World::pat ? Verdict::hold : Verdict::yes;
    });
    Caller pat(World::pat);
    std::vector<Caller::Pending*> waiting;
    for (int i = 0; i < 20; ++i) waiting.push_back(&pat.send(provision_call()));
    ASSERT_TRUE(host_.polkit.wait_for_held(16)) << "as many as are open at once of one user";
    EXPECT_TRUE(host_.call(World::olga, plan_call()).ok());
    EXPECT_TRUE(host_.provision().ok());
    EXPECT_EQ(host_.property("Health"), "ok");
    for (const auto* pending : waiting) EXPECT_FALSE(pending->arrived());
}

TEST_F(Authorization, T25_APolkitThatDiesWhileItIsAskedDeniesAtOnce) {
    host_.polkit.decide(Verdict::hold);
    Caller olga(World::olga);
    auto call = provision_call();
    call.interactive = true;  // else the daemon's own time limit would end the wait, too
    auto& pending = olga.send(call);
    ASSERT_TRUE(host_.polkit.wait_for_held(1));
    host_.polkit.vanish();
    expect_not_asked(olga.wait(pending, std::chrono::seconds(10)));
    EXPECT_TRUE(host_.plan().ok());
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(Authorization, T25_WithoutPolkitTheErrorSaysSoAndNotThatTheCallerMayNot) {
    host_.polkit.vanish();
    expect_not_asked(host_.call(World::olga, provision_call()));
}

TEST_F(Authorization, WhereTheBusDoesNotSayWhoCallsTheErrorSaysSoAndNotThatPolkitRefused) {
    host_.bus.deny_root("GetConnectionUnixUser");
    for (const auto uid : {uid_t{0}, World::pat}) {
        const auto answer = host_.call(uid, plan_call());
        EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.Failed");
        EXPECT_THAT(answer.message, HasSubstr("the bus did not say whose call this is"));
    }
    EXPECT_THAT(host_.polkit.questions(), ::testing::IsEmpty());
}

TEST_F(Authorization, ANoOfPolkitsIsToldAsThat) {
    host_.polkit.decide(Verdict::no);
    const auto answer = host_.call(World::pat, provision_call());
    EXPECT_EQ(answer.error, access_denied);
    EXPECT_THAT(answer.message,
                HasSubstr("polkit did not grant action org.jts.hotstorage1.provision"));
}

TEST_F(Authorization, T25_APolkitThatNeverAnswersIsANoInTheEnd) {
    host_.polkit.decide(Verdict::hold);
    const auto start = std::chrono::steady_clock::now();
    expect_not_asked(host_.call(World::olga, provision_call()));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(25))
        << "callers give a call up after 25 s";
    // An answer that comes after all is nobody's.
    host_.polkit.answer_all_held(Verdict::yes);
    EXPECT_TRUE(host_.provision({"redis"}).ok());
    EXPECT_FALSE(provisioned("kafka"));
}

TEST_F(Authorization, T18_AHugeUserIdIsToldAsWhatItIs) {
    Caller beyond(World::beyond);
    beyond.watch_signals();
    ASSERT_TRUE(beyond.call(provision_call({"redis"})).ok());
    EXPECT_TRUE(beyond.wait_for_signal([](const Signal& signal) {
        return signal.member == "ChangeApplied" &&
               signal.values.at(1).at("caller_uid") == World::beyond;
    }));
}

TEST_F(Authorization, NamesBelowDeclaredDirectoriesAreForHoldersOfProbe) {
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    std::ofstream("/mnt/jts/hot/redis/data/secret-name").put('x');
    host_.polkit.decide([](const Question& question) {
        const bool is_probe = question.action.ends_with(".probe");
        return is_probe && question.uid == World::pat ? Verdict::challenge : Verdict::yes;
    });
    const auto shown = host_.call(World::olga, plan_call({"redis"}));
    const auto hidden = host_.call(World::pat, plan_call({"redis"}));
    EXPECT_THAT(shown.values.dump(), HasSubstr("/mnt/jts/hot/redis/data/secret-name"));
    EXPECT_THAT(hidden.values.dump(), ::testing::Not(HasSubstr("secret-name")));
    EXPECT_EQ(shown.values.at(0), hidden.values.at(0)) << "the plan is the same";
    EXPECT_EQ(hidden.values.at(1).at(0).at("entries"), 1);
}

TEST_F(Authorization, WhatIsRefusedBelowIsNamedToHoldersOfProbeAndCountedForOthers) {
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    std::ofstream("/mnt/outside").put('x');
    fs::create_hard_link("/mnt/outside", "/mnt/jts/hot/redis/data/secret-name");
    host_.polkit.decide([](const Question& question) {
        const bool is_probe = question.action.ends_with(".probe");
        return is_probe && question.uid == World::pat ? Verdict::no : Verdict::yes;
    });
    const auto refused = [&](uid_t uid) {
        const auto answer = host_.call(uid, provision_call({"redis"}));
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.values.at(0).at("refused");
    };
    EXPECT_EQ(refused(World::olga).at(0).at("subject"), "/mnt/jts/hot/redis/data/secret-name");
    const auto hidden = refused(World::pat);
    EXPECT_EQ(hidden.at(0).at("subject"), "/mnt/jts/hot/redis/data");
    EXPECT_TRUE(hidden.at(0).at("reason").get<std::string>().starts_with("hard-link: "));
    EXPECT_THAT(hidden.dump(), ::testing::Not(HasSubstr("secret-name")));
}

TEST_F(Authorization, T26_NobodyButRootTakesTheServicesName) {
    host_.stop_daemon();
    const auto take = [](sd_bus_message* message) {
        sd_bus_message_append(message, "su", "org.jts.HotStorage1", 0u);
    };
    for (const uid_t uid : {World::nobody, World::olga}) {
        const auto answer = host_.call(uid, {.member = "RequestName",
                                             .fill = take,
                                             .interface = "org.freedesktop.DBus",
                                             .path = "/org/freedesktop/DBus",
                                             .destination = "org.freedesktop.DBus"});
        EXPECT_EQ(answer.error, access_denied);
    }
}

TEST_F(Authorization, T26_OtherInterfacesAreClosedToEverybodyButRoot) {
    const auto call = [&](uid_t uid, const std::string& interface, const std::string& member) {
        return host_.call(
            uid,
            {.member = member, .interface = interface, .path = "/org/freedesktop/LogControl1"});
    };
    EXPECT_EQ(call(World::olga, "org.freedesktop.LogControl1", "LogLevel").error, access_denied);
    EXPECT_EQ(call(World::olga, "org.freedesktop.systemd1.Manager", "Reload").error, access_denied);
    EXPECT_NE(call(0, "org.freedesktop.LogControl1", "LogLevel").error, access_denied);
}

}  // namespace
}  // namespace jts::hot_storage::test
