/// Shared walks: who joins whom, who may have what ended before, and who stops a walk.
#include "engine/surveys.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "engine/system_clock.hpp"

namespace jts::hot_storage::engine {
namespace {

using std::chrono::microseconds;
constexpr microseconds fresh{0};
constexpr microseconds an_hour = std::chrono::hours(1);

SurveyKey key(std::vector<std::string> services = {}) {
    SurveyKey key{.layout_digest = "layout", .services = std::move(services), .subjects = {}};
    key.subjects.push_back({{"redis", ""}, {.inode = 1}, sys::Want{7, 7, true}});
    return key;
}

/// A walk that goes on until it is released or stopped.
class HeldWalk {
  public:
    Surveys::Walk walk() {
        return [this](sys::WalkMeter& meter, std::stop_token stop) {
            ++walks;
            meter.entries = 5;
            entered_.set_value();
            while (!released && !stop.stop_requested()) std::this_thread::yield();
            if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped");
            return sys::Survey{};
        };
    }
    void wait_until_entered() { entered_.get_future().wait(); }

    std::atomic<int> walks = 0;
    std::atomic<bool> released = false;

  private:
    std::promise<void> entered_;
};

sys::Survey quick_walk(sys::WalkMeter&, std::stop_token) {
    return {};
}

class SurveysTest : public ::testing::Test {
  protected:
    ~SurveysTest() override { lane_.shut_down(); }

    std::shared_ptr<Job> job(std::uint32_t uid = 1) {
        auto job = std::make_shared<Job>("Plan", uid, 0);
        job->begin("looking");
        return job;
    }

    /// Asks, and ends the job as its answer tells.
    std::shared_ptr<Job> ask(SurveyKey wanted, microseconds max_age, const Surveys::Walk& walk) {
        auto asking = job();
        surveys_.request(std::move(wanted), max_age, asking, walk,
                         [asking](SurveyPointer survey, std::exception_ptr failure) {
                             if (survey)
                                 asking->succeed(PlanReport{std::to_string(survey->begun_at), {}});
                             else
                                 asking->fail(Error(ErrorCode::failed, failure ? "failed" : "?"));
                         });
        return asking;
    }
    static JobEnd wait(const std::shared_ptr<Job>& job) {
        std::promise<JobEnd> ended;
        job->on_end([&](const JobEnd& end) { ended.set_value(end); });
        return ended.get_future().get();
    }
    int walks_of(SurveyKey wanted, microseconds max_age) {
        int walks = 0;
        wait(ask(std::move(wanted), max_age, [&](auto& meter, auto stop) {
            ++walks;
            return quick_walk(meter, stop);
        }));
        return walks;
    }

    SystemClock clock_;
    Lane lane_{{.threads = 2, .running_per_user = 1, .waiting_per_user = 4, .waiting_in_all = 8}};
    Surveys surveys_{lane_, clock_};
};

TEST_F(SurveysTest, IdenticalReadsInFlightShareOneWalk) {
    HeldWalk held;
    const auto first = ask(key(), fresh, held.walk());
    held.wait_until_entered();
    const auto second = ask(key(), fresh, quick_walk);
    const auto third = ask(key({"redis"}), fresh, quick_walk);
    EXPECT_EQ(second->status().items_done, 5u) << "the progress is the walk's";
    held.released = true;
    const auto one = wait(first);
    EXPECT_EQ(*std::get_if<PlanReport>(one.result.get()),
              *std::get_if<PlanReport>(wait(second).result.get()));
    EXPECT_EQ(*std::get_if<PlanReport>(one.result.get()),
              *std::get_if<PlanReport>(wait(third).result.get()));
}

TEST_F(SurveysTest, WhatDiffersHasAWalkOfItsOwn) {
    EXPECT_EQ(walks_of(key(), fresh), 1);
    auto other = key();
    other.layout_digest = "another";
    EXPECT_EQ(walks_of(other, an_hour), 1) << "another layout";
    other = key();
    other.subjects[0].identity.inode = 2;
    EXPECT_EQ(walks_of(other, an_hour), 1) << "the directory was exchanged";
    other = key();
    other.subjects[0].want->uid = 8;
    EXPECT_EQ(walks_of(other, an_hour), 1) << "the account has another id";
    other = key();
    other.subjects.clear();
    EXPECT_EQ(walks_of(other, an_hour), 1) << "the directory is gone";
    other = key();
    other.counts_space = true;
    EXPECT_EQ(walks_of(other, an_hour), 1) << "owners alone were looked at";
    EXPECT_EQ(walks_of(key(), an_hour), 0);
    EXPECT_EQ(walks_of(key({"redis"}), an_hour), 0) << "part of what was looked at";
}

TEST_F(SurveysTest, ASurveyOfSomeServicesIsNoneOfAll) {
    EXPECT_EQ(walks_of(key({"redis"}), fresh), 1);
    EXPECT_EQ(walks_of(key(), an_hour), 1);
}

TEST_F(SurveysTest, WhatIsTooOldIsWalkedAnew) {
    walks_of(key(), fresh);
    EXPECT_EQ(walks_of(key(), an_hour), 0);
    EXPECT_EQ(walks_of(key(), microseconds(1)), 1);
}

TEST_F(SurveysTest, AfterAChangeNothingOlderIsAnAnswer) {
    HeldWalk held;
    const auto before = ask(key(), fresh, held.walk());
    held.wait_until_entered();
    surveys_.forget();
    std::atomic<int> walks = 0;
    const auto after = ask(key(), an_hour, [&](auto& meter, auto stop) {
        ++walks;
        return quick_walk(meter, stop);
    });
    held.released = true;
    EXPECT_EQ(wait(before).state, JobState::succeeded) << "whoever asked before is answered";
    wait(after);
    EXPECT_EQ(walks, 1) << "whoever asked later is answered by a later walk";
    EXPECT_EQ(walks_of(key(), an_hour), 0);
}

TEST_F(SurveysTest, AFailedWalkFailsAllWhoWaitForItAndIsForgotten) {
    HeldWalk held;
    const auto first = ask(key(), fresh, [&](auto& meter, auto stop) {
        held.walk()(meter, stop);
        throw Error(ErrorCode::failed, "broken");
        return sys::Survey{};
    });
    held.wait_until_entered();
    const auto second = ask(key(), fresh, quick_walk);
    held.released = true;
    EXPECT_EQ(wait(first).state, JobState::failed);
    EXPECT_EQ(wait(second).state, JobState::failed);
    EXPECT_EQ(walks_of(key(), an_hour), 1);
}

TEST_F(SurveysTest, NobodyWaitsBehindWhatAnothersQueueHolds) {
    HeldWalk held;
    const auto running = ask(key(), fresh, held.walk());
    held.wait_until_entered();
    auto queued = key();
    queued.subjects[0].identity.inode = 2;
    const auto waiting = ask(queued, fresh, quick_walk);
    const auto root = std::make_shared<Job>("Plan", 0, 0);
    root->begin("looking");
    std::promise<void> answered;
    surveys_.request(queued, fresh, root, quick_walk,
                     [&](SurveyPointer, std::exception_ptr) { answered.set_value(); });
    answered.get_future().wait();
    EXPECT_FALSE(waiting->end()) << "its user's first walk still runs";
    held.released = true;
    EXPECT_EQ(wait(waiting).state, JobState::succeeded);
}

TEST_F(SurveysTest, SmallCountsDoNotPushOutThatOfEverything) {
    auto all = key();
    all.counts_space = true;
    wait(ask(all, fresh, quick_walk));
    for (int i = 0; i < 20; ++i) {
        auto small = key({"s" + std::to_string(i)});
        small.subjects[0].key.first = small.services[0];
        wait(ask(small, fresh, quick_walk));
    }
    EXPECT_NE(surveys_.counted("layout", {}, an_hour), nullptr);
}

TEST_F(SurveysTest, CancellingOneLeavesTheWalkToTheOthersAndCancellingAllStopsIt) {
    HeldWalk held;
    const auto first = ask(key(), fresh, held.walk());
    held.wait_until_entered();
    const auto second = ask(key(), fresh, quick_walk);
    first->cancel();
    EXPECT_EQ(wait(first).state, JobState::cancelled);
    EXPECT_FALSE(second->end());
    second->cancel();
    EXPECT_EQ(wait(second).state, JobState::cancelled);
    // The stopped walk answers nobody who comes later.
    EXPECT_EQ(walks_of(key(), fresh), 1);
}

TEST_F(SurveysTest, OverTheLanesLimitsTheJobFailsAndNothingIsLeftInFlight) {
    HeldWalk held;
    const auto running = ask(key(), fresh, held.walk());
    held.wait_until_entered();
    std::vector<std::shared_ptr<Job>> waiting;
    for (std::uint64_t i = 0; i < 4; ++i) {
        auto other = key();
        other.subjects[0].identity.inode = 10 + i;
        waiting.push_back(ask(other, fresh, quick_walk));
    }
    auto other = key();
    other.subjects[0].identity.inode = 99;
    EXPECT_EQ(wait(ask(other, fresh, quick_walk)).state, JobState::failed);
    held.released = true;
    for (const auto& each : waiting) EXPECT_EQ(wait(each).state, JobState::succeeded);
}

TEST_F(SurveysTest, ACountIsFoundByLayoutServicesAndAgeAlone) {
    auto counting = key({"redis"});
    counting.counts_space = true;
    wait(ask(counting, fresh, quick_walk));
    EXPECT_NE(surveys_.counted("layout", {"redis"}, an_hour), nullptr);
    EXPECT_EQ(surveys_.counted("layout", {}, an_hour), nullptr);
    EXPECT_EQ(surveys_.counted("another", {"redis"}, an_hour), nullptr);
    EXPECT_EQ(surveys_.counted("layout", {"redis"}, fresh), nullptr);
}

}  // namespace
}  // namespace jts::hot_storage::engine
