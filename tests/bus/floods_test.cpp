/// T24: too much of everything: calls without answers, huge messages, answers that nobody reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <thread>

#include "support/bus_host.hpp"
#include "support/sanitizers.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using Verdict = ScriptedPolkit::Verdict;
using Question = ScriptedPolkit::Question;

constexpr const char* invalid_args = "org.freedesktop.DBus.Error.InvalidArgs";
constexpr const char* limits_exceeded = "org.freedesktop.DBus.Error.LimitsExceeded";
constexpr std::size_t mebibyte = std::size_t{1} << 20;
// A sanitizer moves the whole message whenever sd-bus lengthens its buffer: one of this size takes
// AddressSanitizer 30 s, and ThreadSanitizer more than callers wait.
constexpr int huge_messages = size_tells ? 3 : 1;
constexpr std::size_t huge_names = with_thread_sanitizer ? 4 : 31;

class Floods : public ::testing::Test {
  protected:
    Floods() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision({"redis"}).ok());
        EXPECT_TRUE(host_.call(World::olga, plan_call()).ok());
        descriptors_ = settled_descriptors(host_.daemon().pid());
        memory_ = resident(host_.daemon().pid());
    }

    static Call plan_call() { return {.member = "Plan", .fill = services({})}; }
    static Program flooding_caller(int calls) {
        return {.arguments = {World::built("tests/bus/flooding_caller"), std::to_string(calls)},
                .uid = World::pat};
    }

    static void wait_until_sent(const Process& flood) {
        while (flood.runs() && flood.output().empty())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ASSERT_EQ(flood.output(), "sent\n") << flood.errors();
    }

    void wait_until_polkit_has_nothing_to_answer() {
        for (std::size_t seen = 0; seen != host_.polkit.questions().size();) {
            seen = host_.polkit.questions().size();
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
        }
    }

    void expect_nothing_left_behind() {
        const auto pid = host_.daemon().pid();
        EXPECT_LE(descriptors_down_to(descriptors_, pid), descriptors_);
        std::printf("resident: %ld KiB before, %ld KiB after\n", memory_, resident(pid));
        if (size_tells) {
            const auto most = memory_ + 16 * 1024;
            EXPECT_LT(resident_below(most, pid), most);
        }
    }

    BusHost host_;
    std::size_t descriptors_ = 0;
    long memory_ = 0;
};

TEST_F(Floods, T24_CallsThatWantNoAnswerReachPolkitOnlyAsOftenAsTheRateAllows) {
    host_.polkit.forget_questions();
    host_.polkit.decide([](const Question& question) {
        return question.uid == World::pat ? Verdict::no : Verdict::yes;
    });
    const auto start = std::chrono::steady_clock::now();
    const Process flood(flooding_caller(5000));
    EXPECT_TRUE(host_.call(World::olga, plan_call()).ok()) << "others are served meanwhile";
    wait_until_sent(flood);
    EXPECT_TRUE(host_.call(World::olga, plan_call()).ok());
    wait_until_polkit_has_nothing_to_answer();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const auto questions = host_.polkit.questions().size();
    std::printf("5,000 calls in %.1f s, polkit asked %zu times\n", took.count(), questions);
    EXPECT_GE(questions, 1000u);
    EXPECT_LE(static_cast<double>(questions), 1000 + 200 * took.count() + 10);
    EXPECT_FALSE(fs::exists("/mnt/jts/hot/kafka"));
    expect_nothing_left_behind();
}

TEST_F(Floods, T24_GrantedCallsThatWantNoAnswerAreBoundedAndRootIsServed) {
    const Process flood(flooding_caller(2000));
    ASSERT_TRUE(host_.provision({"redis"}).ok()) << "root need not wait for the flood's end";
    wait_until_sent(flood);
    for (int tries = 0; !fs::exists("/mnt/jts/hot/kafka/data") && tries < 1000; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(fs::exists("/mnt/jts/hot/kafka/data")) << "they were asked for, and allowed";
    expect_nothing_left_behind();
}

TEST_F(Floods, T24_T25_QuestionsThatPolkitLeavesOpenAboutOneUserKeepNobodyElseFromBeingAsked) {
    host_.polkit.decide([](const Question& question) {
        return question.uid == World::pat ? Verdict::hold : Verdict::yes;
    });
    const Process flood(flooding_caller(500));
    wait_until_sent(flood);
    ASSERT_TRUE(host_.polkit.wait_for_held(10));
    // The bus lets nobody have more than 128 calls open, the daemon neither.
    for (int i = 0; i < 5; ++i) {
        const auto answer = host_.call(World::olga, plan_call());
        EXPECT_TRUE(answer.ok()) << answer.error;
    }
}

TEST_F(Floods, T24_MessagesOfNearly32MebibytesAreRefusedAndLeaveNothingBehind) {
    host_.polkit.forget_questions();
    const auto huge = services(std::vector<std::string>(huge_names, std::string(mebibyte, 'a')));
    Caller pat(World::pat);
    for (int i = 0; i < huge_messages; ++i)
        EXPECT_EQ(pat.call({.member = "Provision", .fill = huge}).error, invalid_args);
    EXPECT_THAT(host_.polkit.questions(), ::testing::IsEmpty());
    expect_nothing_left_behind();
}

TEST_F(Floods, T24_AMessageOfMoreThan32MebibytesEndsItsSendersConnectionAndNothingElse) {
    const auto huge = services(std::vector<std::string>(40, std::string(mebibyte, 'a')));
    EXPECT_THROW(Caller(World::pat).call({.member = "Plan", .fill = huge}), std::runtime_error);
    EXPECT_TRUE(host_.call(World::pat, plan_call()).ok());
    expect_nothing_left_behind();
}

TEST_F(Floods, T24_AnswersThatNobodyReadsKeepNobodyElseWaiting) {
    Caller slow(World::pat);
    std::vector<Caller::Pending*> unread;
    // The bus itself lets nobody have more than 128 calls open.
    for (int i = 0; i < 60; ++i) {
        unread.push_back(&slow.send({.member = "Validate", .fill = services({})}));
        unread.push_back(&slow.send(
            {.member = "GetManagedObjects", .interface = "org.freedesktop.DBus.ObjectManager"}));
    }
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(host_.call(World::olga, plan_call()).ok());
    EXPECT_TRUE(host_.provision().ok());
    std::map<std::string, int> errors;
    for (auto* call : unread) ++errors[slow.wait(*call).error];
    std::printf("120 unread answers: %d results, %d refused for a limit\n", errors[""],
                errors[limits_exceeded]);
    EXPECT_GE(errors[""], 60);
    EXPECT_EQ(errors[""] + errors[limits_exceeded], 120);
    expect_nothing_left_behind();
}

}  // namespace
}  // namespace jts::hot_storage::test
