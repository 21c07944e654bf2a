/// Many clients at once, for a while: nobody gets anything but answers and documented limits, and
/// nothing of it stays. 200 clients for a minute with JTS_LONG=1.
#include <gtest/gtest.h>
#include <pwd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "support/bus_host.hpp"
#include "support/sanitizers.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Verdict = ScriptedPolkit::Verdict;
using Question = ScriptedPolkit::Question;

constexpr const char* limits_exceeded = "org.freedesktop.DBus.Error.LimitsExceeded";

/// How often each error was answered; "" for results.
using Counts = std::map<std::string, long>;

std::vector<Call> reads() {
    const auto get = [](sd_bus_message* call) {
        sd_bus_message_append(call, "ss", "org.jts.HotStorage1", "Health");
    };
    return {
        {.member = "GetLayout", .fill = no_options()},
        {.member = "Plan", .fill = services({})},
        {.member = "Get", .fill = get, .interface = "org.freedesktop.DBus.Properties"},
        {.member = "GetUsage", .fill = services({"redis"})},
        {.member = "Validate", .fill = services({"kafka"})},
        {.member = "GetManagedObjects", .interface = "org.freedesktop.DBus.ObjectManager"},
        {.member = "GetUsage", .fill = services_and_options({}, {{"max_age", std::uint64_t{0}}})}};
}

class Load : public ::testing::Test {
  protected:
    Load() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
        host_.polkit.decide([](const Question& question) {
            const bool may = question.uid == World::olga || question.action.ends_with(".read");
            return may ? Verdict::yes : Verdict::no;
        });
        users_ = {
            0, World::olga, World::pat, World::nobody, World::beyond, ::getpwnam("redis")->pw_uid};
    }

    /// Everybody at once, until the time is over.
    void load(std::size_t clients, milliseconds time) {
        const auto end = Clock::now() + time;
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < clients; ++i)
            threads.emplace_back([this, i, end] { read_until(i, end); });
        threads.emplace_back([this, end] { provision_until(end); });
    }

    void read_until(std::size_t client, Clock::time_point end) {
        const auto calls = reads();
        Counts counts;
        Caller caller(users_[client % users_.size()]);
        for (std::size_t i = client; Clock::now() < end; ++i) {
            const auto error = caller.call(calls[i % calls.size()]).error;
            ++counts[error];
            if (error == limits_exceeded) std::this_thread::sleep_for(milliseconds(5));
        }
        add(counts);
    }

    /// With something to do each time.
    void provision_until(Clock::time_point end) {
        Counts counts;
        Caller root;
        for (; Clock::now() < end; std::this_thread::sleep_for(milliseconds(20))) {
            fs::remove("/mnt/jts/hot/redis/logs");
            ++counts[root.call({.member = "Provision", .fill = services({})}).error];
            ++provisions_;
        }
        add(counts);
    }

    void add(const Counts& counts) {
        const std::lock_guard lock(mutex_);
        for (const auto& [error, count] : counts) counts_[error] += count;
    }

    void print() const {
        for (const auto& [error, count] : counts_)
            std::printf("%8ld %s\n", count, error.empty() ? "answered" : error.c_str());
    }

    BusHost host_;
    std::vector<uid_t> users_;
    std::mutex mutex_;
    Counts counts_;
    std::atomic<long> provisions_ = 0;
};

TEST_F(Load, ManyClientsGetAnswersOrDocumentedLimitsAndNothingOfThemStays) {
    const std::size_t clients = long_run() ? 200 : 50;
    const auto pid = host_.daemon().pid();
    const auto descriptors = settled_descriptors(pid);
    // What a process keeps of its first hour is no leak.
    load(clients, long_run() ? seconds(10) : seconds(2));
    EXPECT_LE(descriptors_down_to(descriptors, pid), descriptors);
    settled_descriptors(pid);  // and what was answered last is freed
    const auto memory = resident(pid);
    counts_.clear();
    load(clients, long_run() ? seconds(60) : seconds(5));
    const auto left = descriptors_down_to(descriptors, pid);
    std::printf("%zu clients of %zu users; %ld Provisions\n", clients, users_.size(),
                provisions_.load());
    print();
    std::printf("resident: %ld KiB before, %ld KiB after; descriptors: %zu before, %zu after\n",
                memory, resident(pid), descriptors, left);
    EXPECT_GT(counts_[""], static_cast<long>(clients));
    for (const auto& [error, count] : counts_)
        EXPECT_TRUE(error.empty() || error == limits_exceeded) << count << " times " << error;
    EXPECT_LE(left, descriptors);
    if (size_tells) {
        const auto most = memory + 8 * 1024;
        EXPECT_LT(resident_below(most, pid), most);
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
