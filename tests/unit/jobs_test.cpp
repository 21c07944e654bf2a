/// Jobs: one end, who is told of it, what can be seen when, and what stays.
#include "engine/jobs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "engine/system_clock.hpp"

namespace jts::hot_storage::engine {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::uint32_t pat = 1002;
constexpr microseconds for_ever = std::chrono::hours(24 * 365 * 10);

/// What was shown, in order: `appeared`, `moved`, `finished`, `gone`.
class Recorder final : public JobShow {
  public:
    void appeared(const std::shared_ptr<Job>&) override { note("appeared"); }
    void moved(const std::shared_ptr<Job>&) override { note("moved"); }
    void finished(const std::shared_ptr<Job>&) override { note("finished"); }
    void gone(const std::string&) override { note("gone"); }

    bool wait_for(const std::string& event) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(10), [&] {
            return std::ranges::find(events_, event) != events_.end();
        });
    }
    std::vector<std::string> events() {
        const std::lock_guard lock(mutex_);
        return events_;
    }

  private:
    void note(const char* event) {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> events_;
};

class JobsTest : public ::testing::Test {
  protected:
    explicit JobsTest(JobTimes times = {milliseconds(20), milliseconds(5), milliseconds(60)})
        : jobs_(alarms_, clock_, times, {.per_user = 3, .in_all = 4}) {
        jobs_.show_on(show_);
    }
    ~JobsTest() override {
        jobs_.shut_down();
        alarms_.shut_down();
    }

    /// All that was due has been done.
    void settle() {
        std::promise<void> done;
        alarms_.after({}, [&] { done.set_value(); });
        done.get_future().wait();
    }

    Recorder show_;
    SystemClock clock_;
    Alarms alarms_;
    Jobs jobs_;
};

TEST_F(JobsTest, AShortJobIsNeverShownAndLeavesNothing) {
    const auto job = jobs_.start("Plan", pat);
    ASSERT_TRUE(job->begin("looking"));
    job->succeed(PlanReport{});
    std::this_thread::sleep_for(milliseconds(40));
    settle();
    EXPECT_TRUE(show_.events().empty());
    EXPECT_EQ(jobs_.find(job->id), nullptr);
}

TEST_F(JobsTest, AJobThatLastsIsShownMovesAndGoesWithTheAnswerThatCarriesItsResult) {
    const auto job = jobs_.start("Plan", pat);
    ASSERT_TRUE(show_.wait_for("moved"));
    job->succeed(PlanReport{});
    ASSERT_TRUE(show_.wait_for("gone"));
    const auto events = show_.events();
    EXPECT_EQ(events.front(), "appeared");
    EXPECT_EQ(events[events.size() - 2], "finished");
    EXPECT_EQ(jobs_.find(job->id), nullptr);
}

TEST_F(JobsTest, ACallThatGoesAwayIsToldOfAShownJobWhoseResultStaysForAWhile) {
    const auto job = jobs_.start("Plan", pat);
    std::promise<std::vector<std::string>> left;
    jobs_.let_call_go_after(job, microseconds(0), [&] { left.set_value(show_.events()); });
    EXPECT_EQ(left.get_future().get(), (std::vector<std::string>{"appeared"}))
        << "the object is there before the caller learns of it";
    job->succeed(PlanReport{"d", {}});
    settle();
    ASSERT_NE(jobs_.find(job->id), nullptr);
    EXPECT_EQ(std::get<PlanReport>(*job->end()->result).digest, "d");
    ASSERT_TRUE(show_.wait_for("gone"));
    EXPECT_EQ(jobs_.find(job->id), nullptr);
}

TEST_F(JobsTest, ACallWhoseJobEndedFirstIsNotLetGo) {
    const auto job = jobs_.start("Plan", pat);
    std::atomic<bool> left = false;
    jobs_.let_call_go_after(job, milliseconds(10), [&] { left = true; });
    job->succeed(PlanReport{});
    std::this_thread::sleep_for(milliseconds(30));
    settle();
    EXPECT_FALSE(left);
}

TEST_F(JobsTest, WaitingForEverIsNotWaitingForNoTime) {
    const auto job = jobs_.start("Plan", pat);
    std::atomic<bool> left = false;
    jobs_.let_call_go_after(job, for_ever, [&] { left = true; });
    settle();
    EXPECT_FALSE(left);
    job->cancel();
}

TEST_F(JobsTest, T22_AUsersJobsAreLimitedAndRootsByOthersNever) {
    std::vector<std::shared_ptr<Job>> kept;
    for (int i = 0; i < 3; ++i) kept.push_back(jobs_.start("Plan", pat));
    try {
        jobs_.start("Plan", pat);
        ADD_FAILURE() << "a fourth job was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::limits_exceeded);
    }
    kept.push_back(jobs_.start("Plan", 1003));
    EXPECT_THROW(jobs_.start("Plan", 1004), Error) << "four in all";
    EXPECT_NO_THROW(jobs_.start("Plan", 0));
    kept.front()->cancel();
    kept.back()->cancel();
    EXPECT_NO_THROW(jobs_.start("Plan", pat));
}

TEST_F(JobsTest, AJobWhoseResultWasTakenMakesRoomForANewOneAndNoOtherDoes) {
    std::vector<std::shared_ptr<Job>> jobs;
    for (int i = 0; i < 3; ++i) {
        jobs.push_back(jobs_.start("Plan", pat));
        std::promise<void> left;
        jobs_.let_call_go_after(jobs.back(), microseconds(0), [&] { left.set_value(); });
        left.get_future().wait();
        jobs.back()->succeed(PlanReport{});
    }
    EXPECT_THROW(jobs_.start("Plan", pat), Error);
    jobs[1]->mark_taken();
    EXPECT_NO_THROW(jobs_.start("Plan", pat));
    EXPECT_EQ(jobs_.find(jobs[1]->id), nullptr);
    EXPECT_NE(jobs_.find(jobs[0]->id), nullptr);
}

TEST_F(JobsTest, WhatACallHoldsGoesWithItsJobHoweverLongItWouldWait) {
    const auto job = jobs_.start("Plan", pat);
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> watched = held;
    jobs_.let_call_go_after(job, std::chrono::hours(1000), [held = std::move(held)] {});
    job->fail(Error(ErrorCode::unknown_service, "none"));
    EXPECT_TRUE(watched.expired());
}

TEST_F(JobsTest, ShuttingDownCancelsWhatRunsAndRefusesWhatComes) {
    const auto waiting = jobs_.start("Plan", pat);
    const auto working = jobs_.start("Plan", pat);
    ASSERT_TRUE(working->begin("walking"));
    jobs_.shut_down();
    EXPECT_EQ(waiting->end()->state, JobState::cancelled);
    EXPECT_FALSE(working->end()) << "what works ends by itself";
    EXPECT_TRUE(working->stop_token().stop_requested());
    EXPECT_THROW(jobs_.start("Plan", pat), Error);
    working->fail(Error(ErrorCode::cancelled, "stopped"));
}

TEST(Job, EndsOnceAndTellsEverybodyOnce) {
    Job job("Plan", pat, 0);
    int told = 0;
    job.on_end([&](const JobEnd& end) { told += end.state == JobState::succeeded ? 1 : 100; });
    job.succeed(PlanReport{});
    job.fail(Error(ErrorCode::failed, "late"));
    job.cancel();
    job.on_end([&](const JobEnd& end) { told += end.state == JobState::succeeded ? 1 : 100; });
    EXPECT_EQ(told, 2);
    EXPECT_EQ(job.status().state, JobState::succeeded);
    EXPECT_EQ(job.status().progress, 1);
}

TEST(Job, KeepsItsEndWithoutNamesForThoseWhoMayNotSeeThem) {
    PlanReport named{"digest", {Change{}}};
    named.changes[0].examples = {"/secret"};
    const PlanReport without{"digest", {Change{}}};
    Job job("Plan", pat, 0);
    EXPECT_FALSE(job.may_have_names());
    job.allow_names();
    EXPECT_TRUE(job.may_have_names());
    job.set_public_result(without);
    job.succeed(named);
    EXPECT_TRUE(job.may_have_names());
    EXPECT_EQ(*job.end()->result, JobResult(named));
    EXPECT_EQ(*job.end()->public_result, JobResult(without));
}

TEST(Job, OfAnEndWithoutNamesThereIsOneFormAlone) {
    Job job("Plan", pat, 0);
    job.allow_names();
    job.set_public_result(PlanReport{});
    job.succeed(PlanReport{});
    EXPECT_FALSE(job.may_have_names()) << "nobody need be asked about";
    EXPECT_EQ(job.end()->result, job.end()->public_result);
    Job failed("Plan", pat, 0);
    failed.allow_names();
    failed.fail(Error(ErrorCode::failed, "why"));
    EXPECT_FALSE(failed.may_have_names());
}

TEST(Job, AnErrorWithNamesHasAFormWithout) {
    Job job("Plan", pat, 0);
    job.allow_names();
    job.fail(Error(ErrorCode::failed, "/secret", "some"));
    EXPECT_TRUE(job.may_have_names());
    EXPECT_STREQ(job.end()->error->what(), "/secret");
    EXPECT_STREQ(job.end()->error->public_what(), "some");
}

TEST(Job, OfAnErrorWithNamesNoneAreKeptForACallerWhoMayNotSeeThem) {
    Job job("Provision", pat, 0);
    job.fail(Error(ErrorCode::failed, "/secret", "some"));
    EXPECT_FALSE(job.may_have_names());
    EXPECT_STREQ(job.end()->error->what(), "some");
}

TEST(Job, CancelledWhileItWaitsHasNothingToDo) {
    Job job("Provision", pat, 0);
    job.cancel();
    EXPECT_FALSE(job.begin("looking"));
    EXPECT_EQ(job.end()->state, JobState::cancelled);
    EXPECT_EQ(job.end()->error->code(), ErrorCode::cancelled);
}

TEST(Job, CancelledWhileItWorksEndsWhenTheWorkHasStopped) {
    Job job("Provision", pat, 0);
    ASSERT_TRUE(job.begin("applying"));
    job.cancel();
    EXPECT_FALSE(job.end());
    job.fail(Error(ErrorCode::partial, "stopped half-way"));
    EXPECT_EQ(job.end()->state, JobState::failed) << "what stands is the answer";
}

TEST(Job, OneThatLeavesItsWorkEndsAtOnce) {
    Job job("Plan", pat, 0);
    ASSERT_TRUE(job.begin("walking"));
    bool left = false;
    job.set_leave([&] { left = true; });
    job.cancel();
    EXPECT_TRUE(left);
    EXPECT_EQ(job.end()->state, JobState::cancelled);
}

TEST(Job, AWatcherThatStoppedWatchingIsNotTold) {
    Job job("Plan", pat, 0);
    const auto watcher = job.on_end([](const JobEnd&) { ADD_FAILURE(); });
    job.unwatch(watcher);
    job.succeed(PlanReport{});
}

TEST(Job, T22_TooManyWatchersAreRefusedWhereThereIsALimit) {
    Job job("Plan", pat, 0);
    for (int i = 0; i < 3; ++i) job.on_end([](const JobEnd&) {}, 3);
    EXPECT_THROW(job.on_end([](const JobEnd&) {}, 3), Error);
    EXPECT_NO_THROW(job.on_end([](const JobEnd&) {}));
    job.succeed(PlanReport{});
}

TEST(Job, CancelledBeforeItBeginsDoesNotBegin) {
    for (int round = 0; round < 1000; ++round) {
        Job job("Provision", pat, 0);
        std::atomic<bool> begun = false;
        std::thread worker([&] { begun = job.begin("applying"); });
        job.cancel();
        worker.join();
        const bool was_told_so = job.end().has_value();
        EXPECT_NE(begun, was_told_so) << "either it works, or it has ended";
        if (begun) job.fail(Error(ErrorCode::cancelled, "stopped"));
    }
}

TEST(Job, ProgressIsKnownOnlyWhileTheWholeIs) {
    Job job("Plan", pat, 0);
    EXPECT_EQ(job.status().progress, -1);
    const auto meter = std::make_shared<sys::WalkMeter>();
    job.follow(meter, 200);
    meter->entries = 50;
    EXPECT_EQ(job.status().progress, 0.25);
    meter->entries = 201;
    EXPECT_EQ(job.status().progress, -1) << "more than there were last time";
    EXPECT_EQ(job.status().items_done, 201u);
    EXPECT_EQ(job.status().items_total, 0u);
}

TEST(Alarms, GoOffInTheOrderOfTheirTimesAndMaySetOthers) {
    Alarms alarms;
    std::vector<int> order;
    std::promise<void> done;
    alarms.after(milliseconds(30), [&] {
        order.push_back(3);
        done.set_value();
    });
    alarms.after(milliseconds(1), [&] {
        order.push_back(1);
        alarms.after(milliseconds(1), [&] { order.push_back(2); });
    });
    done.get_future().wait();
    EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(Alarms, OneThatIsCancelledForgetsWhatItHeld) {
    Alarms alarms;
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> watched = held;
    const auto id = alarms.after(std::chrono::hours(1), [held = std::move(held)] {});
    alarms.cancel(id);
    EXPECT_TRUE(watched.expired());
    alarms.cancel(id);
}

TEST(Alarms, HaveAThreadOnlyWhileSomethingIsDue) {
    const auto threads = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                             std::filesystem::directory_iterator());
    };
    std::thread([] {}).join();  // ThreadSanitizer starts one of its own beside the first
    Alarms alarms;
    const auto before = threads();
    for (int round = 0; round < 3; ++round) {
        std::promise<void> done;
        alarms.after({}, [&] { done.set_value(); });
        done.get_future().wait();
    }
    for (int tries = 0; threads() > before && tries < 1000; ++tries)
        std::this_thread::sleep_for(milliseconds(1));
    EXPECT_EQ(threads(), before);
    alarms.shut_down();
    alarms.after({}, [] { ADD_FAILURE() << "after the end"; });
}

}  // namespace
}  // namespace jts::hot_storage::engine
