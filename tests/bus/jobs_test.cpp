/// Long calls on the bus: who learns what of a job, who may wait for it or end it, and what stays.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <thread>

#include "support/bus_host.hpp"
#include "support/sanitizers.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Verdict = ScriptedPolkit::Verdict;

constexpr const char* still_running = "org.jts.HotStorage1.Error.StillRunning";
constexpr const char* access_denied = "org.freedesktop.DBus.Error.AccessDenied";
constexpr const char* job_interface = "org.jts.HotStorage1.Job";
constexpr const char* secret = "secret-name";
constexpr std::uint64_t for_ever = UINT64_MAX;

Call usage_call(std::vector<Option> options) {
    return {.member = "GetUsage", .fill = services_and_options({}, std::move(options))};
}
/// A count begun for the call, which goes on without it.
Call begin_usage() {
    return usage_call({{"max_age", std::uint64_t{0}}, {"wait", std::uint64_t{0}}});
}

std::string job_in(const Answer& answer) {
    EXPECT_EQ(answer.error, still_running) << answer.message;
    EXPECT_THAT(answer.message, StartsWith("/org/jts/HotStorage1/job/"));
    return answer.message.substr(0, answer.message.find(' '));
}

Call wait_call(const std::string& job, std::uint64_t timeout_usec = for_ever) {
    return {.member = "Wait",
            .fill = [=](sd_bus_message* call) { sd_bus_message_append(call, "t", timeout_usec); },
            .interface = job_interface,
            .path = job};
}
Call cancel_call(const std::string& job) {
    return {.member = "Cancel", .interface = job_interface, .path = job};
}
Call property_call(const std::string& path, const std::string& name) {
    return {.member = "Get",
            .fill =
                [=](sd_bus_message* call) {
                    sd_bus_message_append(call, "ss", job_interface, name.c_str());
                },
            .interface = "org.freedesktop.DBus.Properties",
            .path = path};
}

/// Milliseconds that a step took, for the record.
double timed(const char* what, const std::function<void()>& step) {
    const auto start = std::chrono::steady_clock::now();
    step();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::printf("%s: %.1f ms\n", what, took.count());
    return took.count();
}

class Jobs : public ::testing::Test {
  protected:
    Jobs() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
    }

    /// Enough below kafka's data that walking it lasts.
    static void grow_tree(int directories = 100, int files = 2000) {
        const std::string data = "/mnt/jts/hot/kafka/data/";
        for (int i = 0; i < directories; ++i) {
            const std::string directory = data + secret + std::to_string(i);
            fs::create_directory(directory);
            const sys::Fd at(::open(directory.c_str(), O_PATH | O_CLOEXEC));
            for (int j = 0; j < files; ++j) {
                const std::string name = secret + std::to_string(j);
                const sys::Fd made(
                    ::openat(at.get(), name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
                ASSERT_TRUE(made);
            }
        }
    }

    /// What is found has names, beside those of foreign files.
    static void make_a_link_that_leads_out() {
        fs::create_symlink("/etc/shadow",
                           std::string("/mnt/jts/hot/kafka/data/") + secret + "-link");
    }
    /// That must not be given away.
    static void make_a_file_with_names_elsewhere() {
        const std::string outside = "/mnt/jts/hot/outside";
        write_file(outside, "x");
        fs::create_hard_link(outside, std::string("/mnt/jts/hot/kafka/data/") + secret + "-linked");
    }

    std::string begin_job(Caller& caller) { return job_in(caller.call(begin_usage())); }
    nlohmann::json job_property(const std::string& job, const std::string& name) {
        const auto answer = host_.call(World::nobody, property_call(job, name));
        return answer.ok() ? answer.values.at(0) : nlohmann::json(answer.error);
    }

    BusHost host_;
};

TEST_F(Jobs, WithoutWaitingTheCallNamesItsJobWhichHoldsTheResultForWait) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    EXPECT_EQ(job_property(job, "Kind"), "GetUsage");
    EXPECT_EQ(job_property(job, "OwnerUid"), World::olga);
    const auto waited = olga.call(wait_call(job));
    ASSERT_TRUE(waited.ok()) << waited.message;
    EXPECT_EQ(waited.values.at(0), "succeeded");
    const auto& result = waited.values.at(1);
    EXPECT_GT(result.at("services").at("kafka").at("inodes"), 200'000u);
    EXPECT_FALSE(result.at("filesystems").empty());
    EXPECT_EQ(job_property(job, "State"), "succeeded");
    EXPECT_EQ(job_property(job, "Progress"), 1.0);
    EXPECT_GT(job_property(job, "ItemsDone"), 200'000u);
    // Asked for once more, it is still there.
    EXPECT_TRUE(olga.call(wait_call(job, 0)).ok());
}

TEST_F(Jobs, AShortCallShowsNoJobAtAll) {
    Caller watcher(World::pat);
    watcher.watch_signals();
    const auto count = [&] {
        EXPECT_TRUE(host_.call(World::olga, usage_call({{"max_age", std::uint64_t{0}}})).ok());
    };
    // On a machine that has other things to do a call may last, and then it has a job.
    std::size_t before = 0;
    double took = 0;
    do {
        before = watcher.signals().size();
        took = timed("GetUsage", count);
        watcher.pass_time(std::chrono::milliseconds(400));
    } while (took > 200);
    const auto& signals = watcher.signals();
    for (auto signal = signals.begin() + static_cast<std::ptrdiff_t>(before);
         signal != signals.end(); ++signal) {
        EXPECT_NE(signal->interface, job_interface);
        EXPECT_NE(signal->member, "InterfacesAdded");
    }
}

TEST_F(Jobs, WaitThatEndsFirstIsToldThatTheJobStillRuns) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    const auto waited = olga.call(wait_call(job, 0));
    EXPECT_EQ(waited.error, still_running);
    EXPECT_EQ(waited.message.substr(0, waited.message.find(' ')), job);
    EXPECT_TRUE(olga.call(wait_call(job)).ok());
}

TEST_F(Jobs, CancelEndsTheJobAndWhoWaitsForItLearnsThat) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    auto& waiting = olga.send(wait_call(job));
    timed("Cancel", [&] { EXPECT_TRUE(olga.call(cancel_call(job)).ok()); });
    const auto waited = olga.wait(waiting);
    ASSERT_TRUE(waited.ok()) << waited.message;
    EXPECT_EQ(waited.values.at(0), "cancelled");
    EXPECT_EQ(waited.values.at(1), nlohmann::json::object());
    EXPECT_EQ(job_property(job, "State"), "cancelled");
    EXPECT_TRUE(olga.call(cancel_call(job)).ok()) << "nothing left to stop is no error";
}

TEST_F(Jobs, IdenticalCallsShareOneWalkAndCancellingOneLeavesItToTheOther) {
    grow_tree();
    Caller olga(World::olga);
    const auto first = begin_job(olga);
    const auto second = begin_job(olga);
    EXPECT_NE(first, second);
    ASSERT_TRUE(olga.call(cancel_call(first)).ok());
    const auto waited = olga.call(wait_call(second));
    ASSERT_TRUE(waited.ok()) << waited.message;
    EXPECT_EQ(waited.values.at(0), "succeeded");
    const auto third = host_.call(World::olga, usage_call({}));
    EXPECT_EQ(third.values.at(0).at("kafka").at("sampled_at"),
              waited.values.at(1).at("services").at("kafka").at("sampled_at"));
}

TEST_F(Jobs, T21_AStrangersWaitAndCancelAreRefusedUnlessPolkitGrantsThem) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action == "org.jts.hotstorage1.cancel-others" ? Verdict::no : Verdict::yes;
    });
    Caller pat(World::pat);
    EXPECT_EQ(pat.call(wait_call(job)).error, access_denied);
    EXPECT_EQ(pat.call(cancel_call(job)).error, access_denied);
    EXPECT_THAT(job_property(job, "State").get<std::string>(), AnyOf("running", "succeeded"));
    host_.polkit.decide(Verdict::yes);
    EXPECT_TRUE(pat.call(cancel_call(job)).ok());
    const auto roots = host_.call(0, wait_call(job));
    EXPECT_TRUE(roots.ok()) << "root needs nobody's leave: " << roots.message;
}

TEST_F(Jobs, T21_AnOwnerWhoWaitsAThousandTimesCannotKeepRootFromCancelling) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    for (int i = 0; i < 1000; ++i) olga.send(wait_call(job));
    olga.pass_time(std::chrono::milliseconds(20));
    EXPECT_TRUE(host_.call(0, cancel_call(job)).ok());
    EXPECT_EQ(job_property(job, "State"), "cancelled");
}

TEST_F(Jobs, T22_WaitsWhoseTimeIsOverLeaveRoomForOthers) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    for (int i = 0; i < 300; ++i) {
        const auto error = olga.call(wait_call(job, 0)).error;
        if (error.empty()) break;  // the walk has ended
        EXPECT_EQ(error, still_running);
    }
    EXPECT_TRUE(olga.call(wait_call(job)).ok());
}

TEST_F(Jobs, T21_NothingThatEverybodySeesCarriesANameFromInsideTheTree) {
    grow_tree(20, 2000);
    make_a_link_that_leads_out();
    Caller watcher(World::nobody);
    watcher.watch_signals();
    Caller olga(World::olga);
    for (const char* method : {"Validate", "Plan", "GetUsage", "Provision"}) {
        std::vector<Option> options{{"wait", std::uint64_t{0}}};
        // Else the count that Validate made would be answered, without a job.
        if (std::string_view(method) == "GetUsage") {
            options.push_back({"top", 5u});
            options.push_back({"max_age", std::uint64_t{0}});
        }
        const auto answer =
            olga.call({.member = method, .fill = services_and_options({"kafka"}, options)});
        const auto job = job_in(answer);
        const auto waited = olga.call(wait_call(job));
        EXPECT_TRUE(waited.ok()) << method << ": " << waited.message;
        if (std::string_view(method) != "Provision") {
            EXPECT_THAT(waited.values.dump(), HasSubstr(secret)) << method << ": it may see names";
        }
    }
    const auto objects = host_.call(
        World::nobody,
        {.member = "GetManagedObjects", .interface = "org.freedesktop.DBus.ObjectManager"});
    ASSERT_TRUE(objects.ok());
    EXPECT_THAT(objects.values.dump(), HasSubstr("org.jts.HotStorage1.Job"));
    EXPECT_THAT(objects.values.dump(), ::testing::Not(HasSubstr(secret)));
    EXPECT_TRUE(
        watcher.wait_for_signal([](const Signal& signal) { return signal.member == "Finished"; }));
    for (const auto& signal : watcher.signals())
        EXPECT_THAT(signal.values.dump(), ::testing::Not(HasSubstr(secret)));
}

TEST_F(Jobs, T21_WaitGivesNamesToHoldersOfProbeAloneWhoeverOwnsTheJob) {
    grow_tree(20, 2000);
    make_a_link_that_leads_out();
    make_a_file_with_names_elsewhere();
    const auto without_probe = [](const ScriptedPolkit::Question& question) {
        return question.action == "org.jts.hotstorage1.probe" ? Verdict::no : Verdict::yes;
    };
    Caller olga(World::olga), pat(World::pat);
    for (const char* method : {"Validate", "Plan", "GetUsage", "Provision"}) {
        host_.polkit.decide(Verdict::yes);
        std::vector<Option> options{{"wait", std::uint64_t{0}}};
        if (std::string_view(method) == "GetUsage") {
            options.push_back({"top", 5u});
            options.push_back({"max_age", std::uint64_t{0}});
        }
        const auto job =
            job_in(olga.call({.member = method, .fill = services_and_options({"kafka"}, options)}));
        host_.polkit.decide(without_probe);
        // One that is let in while the job runs, and one when it has ended.
        for (Caller* caller : {&pat, &olga}) {
            const auto answer = caller->call(wait_call(job));
            EXPECT_TRUE(answer.ok()) << method << ": " << answer.message;
            EXPECT_EQ(answer.values.at(0), "succeeded");
            EXPECT_THAT(answer.values.dump(), ::testing::Not(HasSubstr(secret))) << method;
            EXPECT_THAT(answer.values.dump(), ::testing::Not(HasSubstr("top_"))) << method;
        }
        EXPECT_THAT(host_.call(0, wait_call(job)).values.dump(), HasSubstr(secret)) << method;
        host_.polkit.decide(Verdict::yes);
        host_.polkit.forget_questions();
        EXPECT_THAT(olga.call(wait_call(job)).values.dump(), HasSubstr(secret)) << method;
        for (const auto& question : host_.polkit.questions()) EXPECT_EQ(question.flags, 0u);
    }
}

/// A foreign file below a directory that takes no changes.
void put_a_file_that_cannot_be_given() {
    const std::string data = "/mnt/jts/hot/kafka/data";
    write_file(data + "/" + secret, "x");
    ASSERT_EQ(::mount(data.c_str(), data.c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, data.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr),
              0);
}

TEST_F(Jobs, T21_AFailedChangeNamesWhatLiesBelowToHoldersOfProbeAlone) {
    put_a_file_that_cannot_be_given();
    const auto provision = [](std::vector<Option> options) {
        return Call{.member = "Provision", .fill = services_and_options({"kafka"}, options)};
    };
    const auto says_without_names =
        AllOf(HasSubstr("an entry below a declared directory"), HasSubstr("Read-only file system"),
              ::testing::Not(HasSubstr(secret)));
    Caller olga(World::olga), pat(World::pat);
    const auto job = job_in(olga.call(provision({{"wait", std::uint64_t{0}}})));
    EXPECT_THAT(olga.call(wait_call(job)).message, HasSubstr(secret));
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action == "org.jts.hotstorage1.probe" ? Verdict::no : Verdict::yes;
    });
    EXPECT_THAT(pat.call(wait_call(job)).message, says_without_names);
    EXPECT_THAT(olga.call(wait_call(job)).message, says_without_names);
    const auto called = olga.call(provision({}));
    EXPECT_EQ(called.error, "org.jts.HotStorage1.Error.RolledBack");
    EXPECT_THAT(called.message, says_without_names);
}

TEST_F(Jobs, WaitForAResultThatHasNoNamesAsksForNothingMore) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    host_.polkit.forget_questions();
    EXPECT_TRUE(olga.call(wait_call(job)).ok());
    for (const auto& question : host_.polkit.questions())
        EXPECT_EQ(question.action, "org.jts.hotstorage1.read");
}

TEST_F(Jobs, AFailedJobsErrorIsWhatWaitAnswers) {
    grow_tree();
    Caller olga(World::olga);
    const Call provision{.member = "Provision",
                         .fill = services_and_options({}, {{"wait", std::uint64_t{0}}})};
    // The change that fails waits for its turn behind another one: however fast the machine is, its
    // call is answered before it has failed.
    const auto first = job_in(olga.call(provision));
    for (int tries = 0; tries < 1000 && job_property(first, "ItemsDone") == 0u; ++tries)
        olga.pass_time(std::chrono::milliseconds(5));
    BusHost::write_drop_in("50-broken", "{");
    const auto job = job_in(olga.call(provision));
    const auto waited = olga.call(wait_call(job));
    EXPECT_EQ(waited.error, "org.jts.HotStorage1.Error.InvalidLayout");
    EXPECT_EQ(job_property(job, "State"), "failed");
    EXPECT_EQ(job_property(first, "State"), "succeeded");
}

TEST_F(Jobs, ACallThatIsOpenWhenTheServiceStopsIsToldSo) {
    grow_tree();
    Caller olga(World::olga);
    auto& open = olga.send(usage_call({{"max_age", std::uint64_t{0}}, {"wait", for_ever}}));
    // However slow the machine is, it has been granted.
    for (int tries = 0; tries < 1000 && host_.polkit.questions().empty(); ++tries)
        olga.pass_time(std::chrono::milliseconds(10));
    olga.pass_time(std::chrono::milliseconds(50));
    EXPECT_EQ(host_.stop_daemon(), 0);
    EXPECT_EQ(olga.wait(open).error, "org.jts.HotStorage1.Error.Cancelled");
}

TEST_F(Jobs, T11_ASubscriberThatDoesNotReadStallsNothing) {
    grow_tree();
    const Process sleeper({.arguments = {"/usr/bin/dbus-monitor", "--system",
                                         "type='signal',sender='org.jts.HotStorage1'"}});
    Caller olga(World::olga);
    olga.pass_time(std::chrono::milliseconds(200));
    sleeper.signal(SIGSTOP);
    for (int i = 0; i < 3; ++i) {
        const auto waited = olga.call(wait_call(begin_job(olga)));
        EXPECT_TRUE(waited.ok()) << waited.message;
    }
    sleeper.signal(SIGKILL);
}

TEST_F(Jobs, OtherCallsAreAnsweredWhileAWalkRuns) {
    grow_tree();
    Caller olga(World::olga);
    const auto job = begin_job(olga);
    Caller pat(World::pat);
    for (int i = 0; i < 3; ++i) {
        timed("GetLayout during a walk",
              [&] { EXPECT_TRUE(pat.call({.member = "GetLayout", .fill = no_options()}).ok()); });
    }
    EXPECT_EQ(job_property(job, "State"), "running") << "the walk was over too soon to tell";
    EXPECT_TRUE(olga.call(wait_call(job)).ok());
}

TEST_F(Jobs, T22_ThousandsOfCallsOfOneUserLeaveRoomForOthersAndNothingBehind) {
    grow_tree(10, 1000);
    const pid_t daemon = host_.daemon().pid();
    const auto descriptors = settled_descriptors(daemon);
    const auto memory = resident(daemon);
    Caller pat(World::pat);
    std::vector<Caller::Pending*> calls;
    for (int i = 0; i < 5000; ++i) calls.push_back(&pat.send(begin_usage()));
    EXPECT_TRUE(host_.call(World::olga, usage_call({})).ok()) << "another user is served";
    EXPECT_TRUE(host_.provision().ok()) << "root is served";
    int jobs = 0, refused = 0, counted = 0;
    for (auto* call : calls) {
        const auto answer = pat.wait(*call);
        if (answer.error == still_running) ++jobs;
        if (answer.error == "org.freedesktop.DBus.Error.LimitsExceeded") ++refused;
        if (answer.ok()) ++counted;
    }
    EXPECT_EQ(jobs + refused + counted, 5000) << "nothing but documented answers";
    EXPECT_LE(jobs, 64);
    // Jobs that go on without their calls may still walk.
    EXPECT_LE(descriptors_down_to(descriptors, daemon), descriptors);
    std::printf("%d jobs, %d refused, %d answered; %ld KiB before, %ld after\n", jobs, refused,
                counted, memory, resident(daemon));
    if (size_tells) {
        const auto most = memory + 16 * 1024;
        EXPECT_LT(resident_below(most, daemon), most);
    }
    ASSERT_TRUE(host_.call(World::olga, usage_call({})).ok());
    ASSERT_TRUE(host_.call(World::olga, usage_call({})).ok());
    EXPECT_TRUE(host_.call(World::pat, usage_call({})).ok())
        << "a count that is known needs no job";
}

}  // namespace
}  // namespace jts::hot_storage::test
