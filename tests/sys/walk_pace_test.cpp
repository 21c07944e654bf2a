/// How walks leave a host to others, and how they grow where their calls wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/ioprio.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>

#include "jts/hot_storage/error.hpp"
#include "support/sandbox.hpp"
#include "sys/courtesy.hpp"
#include "sys/path.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::test {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::Each;
using ::testing::Ge;
using ::testing::SizeIs;

constexpr const char* half =
    "some avg10=50.00 avg60=9.00 avg300=1.00 total=7\nfull avg10=99.00 avg60=0.00 avg300=0.00 "
    "total=7\n";

TEST(Courtesy, ReadsHowMuchSomebodyWaits) {
    EXPECT_EQ(sys::pressure_in(half), 0.5);
    EXPECT_EQ(sys::pressure_in("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"), 0);
    EXPECT_EQ(sys::pressure_in("some avg10=100.00"), 1);
    for (const char* none : {"", "some", "some avg10=", "some avg10=x", "full avg10=50.00"})
        EXPECT_EQ(sys::pressure_in(none), 0) << none;
}

TEST(Courtesy, RestsAsMuchAsOthersWaitAndNeverForEver) {
    const milliseconds turn{20};
    EXPECT_EQ(sys::rest_after(turn, 0), microseconds(0));
    EXPECT_EQ(sys::rest_after(turn, 0.04), microseconds(0));
    EXPECT_EQ(sys::rest_after(turn, 0.5), turn);
    EXPECT_EQ(sys::rest_after(turn, 0.75), milliseconds(60));
    EXPECT_EQ(sys::rest_after(turn, 1), milliseconds(60)) << "a walk comes to its end";
}

class CourtesyFile : public ::testing::Test {
  protected:
    Sandbox sandbox_;
    const std::string path_ = "/mnt/io";
};

TEST_F(CourtesyFile, IsLookedAtOnceASecond) {
    make_file(path_, 0644, half);
    sys::Courtesy courtesy(path_);
    const auto now = sys::Courtesy::Clock::now();
    EXPECT_EQ(courtesy.pressure(now), 0.5);
    require(::unlink(path_.c_str()) == 0, "unlink");
    EXPECT_EQ(courtesy.pressure(now + milliseconds(900)), 0.5);
    EXPECT_EQ(courtesy.pressure(now + milliseconds(1000)), 0) << "a kernel that keeps none";
}

TEST_F(CourtesyFile, ThatCannotBeReadIsNoPressure) {
    make_directory(path_);
    EXPECT_EQ(sys::Courtesy(path_).pressure(sys::Courtesy::Clock::now()), 0);
}

/// Notes which threads visit, with their priorities.
class Threads final : public sys::Visitor {
  public:
    struct Seen {
        std::set<pid_t> ids;
        std::set<int> policies, disk_classes;
    };
    Threads(Seen& seen, std::mutex& mutex, microseconds wait)
        : seen_(seen), mutex_(mutex), wait_(wait) {}

    void directory(const sys::Met&, int, const sys::Look&) override { note(); }
    void other(const sys::Met&, const sys::Look&) override { note(); }
    void refused(const sys::Met&, const char*) override {}

  private:
    void note() {
        std::this_thread::sleep_for(wait_);
        const std::lock_guard lock(mutex_);
        seen_.ids.insert(::gettid());
        seen_.policies.insert(::sched_getscheduler(0));
        seen_.disk_classes.insert(
            IOPRIO_PRIO_CLASS(::syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0)));
    }

    Seen& seen_;
    std::mutex& mutex_;
    const microseconds wait_;
};

class WalkPaceTest : public ::testing::Test {
  protected:
    static constexpr int directories = 60, files = 50;

    WalkPaceTest() {
        make_directory(top_);
        for (int i = 0; i < directories; ++i) {
            const auto directory = top_ + "/" + std::to_string(i);
            make_directory(directory);
            for (int j = 0; j < files; ++j) make_file(directory + "/" + std::to_string(j));
        }
    }

    /// `wait`: what each entry takes beside computing.
    Threads::Seen walk(const sys::WalkPace& pace, std::size_t most, microseconds wait = {},
                       const std::stop_token& stop = {}) {
        Threads::Seen seen;
        std::mutex mutex;
        std::vector<Threads> visitors(most, Threads(seen, mutex, wait));
        std::vector<sys::Visitor*> pointers;
        for (Threads& visitor : visitors) pointers.push_back(&visitor);
        sys::walk(
            {{top_, {}, {}}},
            [&](std::size_t) {
                return sys::open_for_reading(sys::open_if_directory(top_).get(), top_);
            },
            pointers, stop, {}, pace);
        return seen;
    }

    Sandbox sandbox_;
    const std::string top_ = "/mnt/top";
};

TEST_F(WalkPaceTest, APoliteWalkHasIdleThreadsAndLeavesTheCallersAlone) {
    const int before = ::sched_getscheduler(0);
    const auto seen = walk({.is_polite = true}, 2);
    EXPECT_THAT(seen.policies, ::testing::ElementsAre(SCHED_IDLE));
    EXPECT_THAT(seen.disk_classes, ::testing::ElementsAre(IOPRIO_CLASS_IDLE));
    EXPECT_FALSE(seen.ids.contains(::gettid()));
    EXPECT_EQ(::sched_getscheduler(0), before);
    EXPECT_NE(before, SCHED_IDLE);
}

TEST_F(WalkPaceTest, AnotherWalkKeepsTheCallersPolicy) {
    const auto seen = walk({.at_first = 2}, 2);
    EXPECT_THAT(seen.policies, ::testing::ElementsAre(::sched_getscheduler(0)));
}

TEST_F(WalkPaceTest, WhereCallsWaitThereAreMoreWorkersUpToTheMost) {
    EXPECT_THAT(walk({.at_first = 2}, 6, microseconds(1000)).ids, SizeIs(6));
}

TEST_F(WalkPaceTest, APoliteWalkNeverGrows) {
    EXPECT_THAT(walk({.at_first = 2, .is_polite = true}, 6, microseconds(200)).ids,
                SizeIs(::testing::Le(2u)));
}

/// Lower bounds alone: whatever else the machine does makes it longer.
TEST_F(WalkPaceTest, APoliteWalkRestsThreeTimesAsLongAsItWorksUnderFullPressure) {
    make_file("/mnt/io", 0644, "some avg10=99.00");
    const auto begun = std::chrono::steady_clock::now();
    walk({.is_polite = true, .pressure = "/mnt/io"}, 1, microseconds(100));
    const auto taken = std::chrono::steady_clock::now() - begun;
    // The last turn has no rest after it.
    EXPECT_GE(taken, 3 * directories * files * microseconds(100));
}

TEST_F(WalkPaceTest, AWalkThatRestsIsStoppedWithoutItsRest) {
    make_file("/mnt/io", 0644, "some avg10=99.00");
    std::stop_source stop;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(milliseconds(100));
        stop.request_stop();
    });
    EXPECT_THROW(
        walk({.is_polite = true, .pressure = "/mnt/io"}, 1, microseconds(1000), stop.get_token()),
        Error);
}

/// No stack so large can be had: pthread_create(3) fails with EAGAIN.
class WithoutThreads {
  public:
    WithoutThreads() { set(std::size_t{1} << 46); }
    ~WithoutThreads() { set(std::size_t{8} << 20); }

  private:
    static void set(std::size_t size) {
        pthread_attr_t attributes;
        require(::pthread_attr_init(&attributes) == 0 &&
                    ::pthread_attr_setstacksize(&attributes, size) == 0 &&
                    ::pthread_setattr_default_np(&attributes) == 0,
                "stack size");
        ::pthread_attr_destroy(&attributes);
    }
};

TEST_F(WalkPaceTest, WhereNoThreadCanBeStartedTheCallersWalksAlone) {
    const WithoutThreads none;
    EXPECT_THAT(walk({.at_first = 4}, 4).ids, ::testing::ElementsAre(::gettid()));
    EXPECT_THAT(walk({.at_first = 1}, 4, microseconds(500)).ids, ::testing::ElementsAre(::gettid()))
        << "nor grows";
}

TEST_F(WalkPaceTest, APoliteWalkWithoutAThreadIsAnError) {
    const WithoutThreads none;
    try {
        walk({.is_polite = true}, 2);
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("cannot start a thread"));
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
