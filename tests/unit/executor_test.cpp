/// The lanes: limits for each user, and nobody left without an answer.
#include "engine/executor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::engine {
namespace {

constexpr std::uint32_t olga = 1001;
constexpr std::uint32_t pat = 1002;

/// A task that holds its thread until it is let go.
class Gate {
  public:
    Lane::Task task() {
        return [this](std::stop_token) {
            entered_.set_value();
            released_.wait();
        };
    }
    void wait_until_entered() { entered_.get_future().wait(); }
    void release() { release_.set_value(); }

  private:
    std::promise<void> entered_;
    std::promise<void> release_;
    std::shared_future<void> released_ = release_.get_future().share();
};

ErrorCode refusal_of(Lane& lane, std::uint32_t uid) {
    try {
        lane.submit(uid, [](std::stop_token) {});
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "the task was taken";
    return ErrorCode::failed;
}

/// A lane whose one thread is busy.
class BusyLane : public ::testing::Test {
  protected:
    BusyLane() {
        lane_.submit(0, gate_.task());
        gate_.wait_until_entered();
    }
    ~BusyLane() override {
        if (!released_) gate_.release();
    }

    void release() {
        released_ = true;
        gate_.release();
    }

    Gate gate_;
    bool released_ = false;
    std::atomic<int> runs_ = 0;
    Lane::Task counted_ = [this](std::stop_token) { ++runs_; };
    Lane lane_{{.threads = 1, .running_per_user = 1, .waiting_per_user = 4, .waiting_in_all = 6}};
};

TEST_F(BusyLane, T22_AUserWithFourWaitingCallsIsRefusedTheFifthAndOthersAreNot) {
    for (int i = 0; i < 4; ++i) lane_.submit(pat, counted_);
    EXPECT_EQ(refusal_of(lane_, pat), ErrorCode::limits_exceeded);
    EXPECT_NO_THROW(lane_.submit(olga, counted_));
    release();
    lane_.shut_down();
    EXPECT_EQ(runs_, 5);
}

TEST_F(BusyLane, T22_OthersLoadNeverRefusesRoot) {
    for (int i = 0; i < 4; ++i) lane_.submit(pat, counted_);
    for (int i = 0; i < 2; ++i) lane_.submit(olga, counted_);
    EXPECT_EQ(refusal_of(lane_, 1003), ErrorCode::limits_exceeded);
    EXPECT_NO_THROW(lane_.submit(0, counted_));
    release();
    lane_.shut_down();
    EXPECT_EQ(runs_, 7);
}

TEST_F(BusyLane, TasksOfOneThreadRunInTheOrderInWhichTheyCame) {
    std::vector<int> order;
    for (int i = 0; i < 4; ++i) {
        lane_.submit(pat, [&order, i](std::stop_token) { order.push_back(i); });
    }
    release();
    lane_.shut_down();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
}

TEST_F(BusyLane, AnEndedCallMakesRoomForAnother) {
    for (int i = 0; i < 4; ++i) lane_.submit(pat, counted_);
    release();
    std::promise<void> done;
    lane_.submit(0, [&](std::stop_token) { done.set_value(); });
    done.get_future().wait();
    EXPECT_NO_THROW(lane_.submit(pat, counted_));
}

TEST_F(BusyLane, ShuttingDownRunsEveryWaitingTaskWithAStoppedTokenSoThatEachAnswers) {
    std::atomic<int> stopped = 0;
    for (int i = 0; i < 4; ++i) {
        lane_.submit(pat, [&](std::stop_token stop) { stopped += stop.stop_requested() ? 1 : 0; });
    }
    std::thread closer([&] { lane_.shut_down(); });
    // Closed before its running task has ended: from then on nobody is let in.
    while (true) {
        try {
            lane_.submit(0, [](std::stop_token) {});
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) break;
        }
        std::this_thread::yield();
    }
    release();
    closer.join();
    EXPECT_EQ(stopped, 4);
}

TEST(Lane, ARunningTaskSeesTheStopRequest) {
    Lane lane({.threads = 1, .running_per_user = 1, .waiting_per_user = 4, .waiting_in_all = 4});
    std::promise<void> started;
    std::promise<bool> saw;
    lane.submit(pat, [&](std::stop_token stop) {
        std::promise<void> stopped;
        const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
        started.set_value();
        stopped.get_future().wait();
        saw.set_value(true);
    });
    started.get_future().wait();
    lane.shut_down();
    EXPECT_TRUE(saw.get_future().get());
}

TEST(Lane, ATaskAfterShuttingDownIsCancelledAndShuttingDownTwiceIsHarmless) {
    Lane lane({.threads = 2, .running_per_user = 2, .waiting_per_user = 4, .waiting_in_all = 4});
    lane.shut_down();
    lane.shut_down();
    EXPECT_EQ(refusal_of(lane, 0), ErrorCode::cancelled);
}

TEST(Lane, TwoThreadsRunTwoTasksAtOnce) {
    Gate first;
    Gate second;
    Lane lane({.threads = 2, .running_per_user = 2, .waiting_per_user = 4, .waiting_in_all = 4});
    lane.submit(pat, first.task());
    lane.submit(pat, second.task());
    first.wait_until_entered();
    second.wait_until_entered();
    first.release();
    second.release();
}

TEST(Lane, OneThreadNeverRunsTwoTasksAtOnce) {
    Lane lane(
        {.threads = 1, .running_per_user = 1, .waiting_per_user = 100, .waiting_in_all = 100});
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    for (int i = 0; i < 50; ++i) {
        lane.submit(pat, [&](std::stop_token) {
            most = std::max<int>(most, ++running);
            std::this_thread::yield();
            --running;
        });
    }
    lane.shut_down();
    EXPECT_EQ(most, 1);
}

TEST(Lane, WhatATaskHoldsGoesAsSoonAsItHasRun) {
    Lane lane({.threads = 1, .running_per_user = 1, .waiting_per_user = 4, .waiting_in_all = 4});
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> watched = held;
    lane.submit(pat, [held](std::stop_token) {});
    held.reset();
    std::promise<bool> gone;
    lane.submit(pat, [&](std::stop_token) { gone.set_value(watched.expired()); });
    EXPECT_TRUE(gone.get_future().get());
    lane.shut_down();  // before what the task refers to goes
}

/// The users in the order in which their tasks ran.
class Turns : public BusyLane {
  protected:
    void submit(std::uint32_t uid) {
        lane_.submit(uid, [this, uid](std::stop_token) { order_.push_back(uid); });
    }
    std::vector<std::uint32_t> order_;
};

TEST_F(Turns, UsersTakeTurnsHoweverManyCallsOneHasWaiting) {
    for (int i = 0; i < 3; ++i) submit(pat);
    submit(olga);
    submit(1003);
    std::promise<void> done;
    lane_.submit(0, [&](std::stop_token) { done.set_value(); });
    release();
    lane_.shut_down();
    EXPECT_EQ(order_, (std::vector<std::uint32_t>{pat, olga, 1003, pat, pat}));
}

TEST(Lane, OneUsersWorkLeavesAThreadToTheOthers) {
    Gate first;
    std::atomic<int> ran = 0;
    Lane lane({.threads = 2, .running_per_user = 1, .waiting_per_user = 4, .waiting_in_all = 8});
    lane.submit(pat, first.task());
    first.wait_until_entered();
    lane.submit(pat, [&](std::stop_token) { ++ran; });
    std::promise<void> done;
    lane.submit(olga, [&](std::stop_token) { done.set_value(); });
    done.get_future().wait();
    EXPECT_EQ(ran, 0) << "pat's second waits for his first";
    first.release();
    lane.shut_down();
    EXPECT_EQ(ran, 1);
}

TEST(Executor, ChangesRunOneAtATimeAndWalksBesideThem) {
    Executor executor;
    Gate change;
    executor.changes.submit(pat, change.task());
    change.wait_until_entered();
    std::promise<void> read;
    executor.walks.submit(pat, [&](std::stop_token) { read.set_value(); });
    read.get_future().wait();
    change.release();
    executor.shut_down();
}

}  // namespace
}  // namespace jts::hot_storage::engine
