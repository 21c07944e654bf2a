/// Callers that end, or become somebody else, between their call and polkit's answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Verdict = ScriptedPolkit::Verdict;
using Question = ScriptedPolkit::Question;

constexpr std::size_t longest_life = 20;  // milliseconds after the call

class VanishingCallers : public ::testing::Test {
  protected:
    VanishingCallers() {
        host_.start_daemon();
        host_.polkit.decide(Verdict::hold);
    }

    static Program lone_caller(uid_t uid, std::vector<std::string> then = {}) {
        std::vector<std::string> arguments{World::built("tests/bus/lone_caller"), "kafka"};
        arguments.insert(arguments.end(), then.begin(), then.end());
        return {.arguments = std::move(arguments), .uid = uid};
    }

    static void wait_until_sent(const Process& caller) {
        while (caller.runs() && caller.output().empty())
            std::this_thread::sleep_for(milliseconds(1));
        ASSERT_EQ(caller.output(), "sent\n") << caller.errors();
    }

    static void send_and_be_killed(milliseconds later) {
        Process caller(lone_caller(World::olga));
        wait_until_sent(caller);
        std::this_thread::sleep_for(later);
        caller.signal(SIGKILL);
        EXPECT_EQ(caller.wait(), 128 + SIGKILL);
    }

    /// One for each number of milliseconds, all at once.
    static void have_callers_killed() {
        std::vector<std::jthread> callers;
        for (std::size_t later = 0; later <= longest_life; ++later)
            callers.emplace_back([later] { send_and_be_killed(milliseconds(later)); });
    }

    /// Changes are made one after another: those that were asked for earlier are made by then.
    void let_earlier_changes_end() { ASSERT_TRUE(host_.provision({"redis"}).ok()); }

    static bool provisioned(const std::string& service) {
        return fs::exists(std::string(BusHost::base) + "/" + service);
    }

    BusHost host_;
};

TEST_F(VanishingCallers, T14_NoChangeIsEverMadeForACallerWhoWasKilledWhilePolkitWasAsked) {
    const std::size_t rounds = long_run() ? 143 : 15;
    std::size_t asked = 0;
    for (std::size_t i = 0; i < rounds; ++i) {
        have_callers_killed();
        asked += host_.polkit.answer_all_held(Verdict::yes);
    }
    let_earlier_changes_end();
    asked += host_.polkit.answer_all_held(Verdict::yes);
    let_earlier_changes_end();
    const std::size_t callers = rounds * (longest_life + 1);
    std::printf("%zu callers killed, of whom polkit was asked about %zu and said yes\n", callers,
                asked);
    EXPECT_GT(asked, callers / 2) << "the others prove nothing";
    EXPECT_FALSE(provisioned("kafka"));
    EXPECT_TRUE(host_.daemon().runs());
}

TEST_F(VanishingCallers, T14_TheSameCallIsCarriedOutForACallerWhoStays) {
    const Process caller(lone_caller(World::olga));
    ASSERT_TRUE(host_.polkit.wait_for_held(1));
    host_.polkit.decide(Verdict::yes);
    host_.polkit.answer_all_held(Verdict::yes);
    for (int tries = 0; !provisioned("kafka") && tries < 1000; ++tries)
        std::this_thread::sleep_for(milliseconds(10));
    EXPECT_TRUE(provisioned("kafka"));
}

/// The effective user id of a process.
std::string effective_uid(pid_t pid) {
    const auto status = read_file("/proc/" + std::to_string(pid) + "/status");
    const auto line = status.substr(status.find("\nUid:") + 1);
    const auto second = line.find('\t', line.find('\t') + 1) + 1;
    return line.substr(second, line.find('\t', second) - second);
}

/// A program that runs as root whoever starts it, as sudo does.
std::string install_set_user_id_program() {
    fs::create_directory("/run/programs");
    EXPECT_EQ(::mount("tmpfs", "/run/programs", "tmpfs", 0, "mode=0755"), 0);
    fs::copy("/usr/bin/sleep", "/run/programs/sleep");
    EXPECT_EQ(::chmod("/run/programs/sleep", 04755), 0);
    return "/run/programs/sleep";
}

TEST_F(VanishingCallers, T13_ACallerThatBecomesARootProgramIsStillWhoCalled) {
    const auto program = install_set_user_id_program();
    const Process caller(lone_caller(World::pat, {program, "60"}));
    ASSERT_TRUE(host_.polkit.wait_for_held(1));
    for (int tries = 0; effective_uid(caller.pid()) != "0" && tries < 1000; ++tries)
        std::this_thread::sleep_for(milliseconds(1));
    ASSERT_EQ(effective_uid(caller.pid()), "0") << "who asks about the process is told of root";
    host_.polkit.decide([](const Question&) { return Verdict::no; });
    host_.polkit.answer_all_held(Verdict::no);
    EXPECT_EQ(host_.polkit.questions().at(0).uid, World::pat);
    let_earlier_changes_end();
    EXPECT_FALSE(provisioned("kafka"));
    ::umount2("/run/programs", MNT_DETACH);
}

TEST_F(VanishingCallers, T13_ACallerThatBecameARootProgramBeforeItWasLookedAtIsStillWhoCalled) {
    const auto program = install_set_user_id_program();
    host_.polkit.decide(Verdict::no);
    host_.daemon().signal(SIGSTOP);
    const Process caller(lone_caller(World::pat, {program, "60"}));
    // It is root's, too, before it becomes the user's.
    const auto is_root_again = [&] {
        return !caller.output().empty() && effective_uid(caller.pid()) == "0";
    };
    for (int tries = 0; !is_root_again() && tries < 5000; ++tries)
        std::this_thread::sleep_for(milliseconds(1));
    EXPECT_EQ(effective_uid(caller.pid()), "0");
    host_.daemon().signal(SIGCONT);
    let_earlier_changes_end();
    ASSERT_EQ(host_.polkit.questions().size(), 1u) << "uid 0 would not have been asked about";
    EXPECT_EQ(host_.polkit.questions().at(0).uid, World::pat);
    EXPECT_FALSE(provisioned("kafka"));
    ::umount2("/run/programs", MNT_DETACH);
}

}  // namespace
}  // namespace jts::hot_storage::test
