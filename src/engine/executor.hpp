/// Runs work off the event loop: changes one at a time, walks and quick looks beside them, with
/// limits for each user so that nobody can keep the others waiting for long.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace jts::hot_storage::engine {

/// How much one lane takes on.
struct LaneLimits {
    unsigned threads;
    unsigned running_per_user;
    unsigned waiting_per_user;
    unsigned waiting_in_all;  ///< does not hold for uid 0: others' load never refuses root
};

/// One queue with its threads, which users take turns in. Threads are started when there is work
/// and end when there has been none for a while, so that an idle daemon has none and wakes for
/// nothing. Thread-safe.
class Lane {
  public:
    using Task = std::function<void(std::stop_token)>;

    explicit Lane(LaneLimits limits) : limits_(limits) {}
    ~Lane() { shut_down(); }
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// Throws Error(limits_exceeded) over the limits and Error(cancelled) after `shut_down`. The
    /// task must not throw.
    void submit(std::uint32_t uid, Task task);

    /// Asks running tasks to stop; waiting and coming ones get a stopped token.
    void ask_to_stop() { stop_.request_stop(); }

    /// Asks running tasks to stop, runs the waiting ones with a stopped token so that each can
    /// answer its caller, and joins. Idempotent.
    void shut_down();

  private:
    struct Item {
        std::uint32_t uid;
        Task task;
    };
    struct Share {
        unsigned running = 0;
        std::uint64_t last_turn = 0;
    };
    using Items = std::deque<Item>;

    void check_limits(std::uint32_t uid) const;
    void start_thread();
    Items::iterator next();
    Item take(Items::iterator item);
    void run();
    void reap();

    const LaneLimits limits_;
    std::mutex mutex_;
    std::condition_variable wake_;
    Items waiting_;
    std::map<std::uint32_t, Share> shares_;  ///< of users who wait or run
    std::uint64_t turns_ = 0;
    std::vector<std::jthread> threads_;
    std::vector<std::thread::id> ended_;  ///< threads past their last look at the queue
    unsigned idle_ = 0;
    bool closed_ = false;
    std::stop_source stop_;
};

/// The daemon's lanes.
struct Executor {
    Lane changes{
        {.threads = 1, .running_per_user = 1, .waiting_per_user = 4, .waiting_in_all = 16}};
    /// One user's walk leaves room for another's.
    Lane walks{
        {.threads = 2, .running_per_user = 1, .waiting_per_user = 16, .waiting_in_all = 128}};
    Lane probes{{.threads = 1, .running_per_user = 1, .waiting_per_user = 4, .waiting_in_all = 16}};
    /// systemd is asked, or the history, which may take their time.
    Lane inspections{
        {.threads = 2, .running_per_user = 1, .waiting_per_user = 16, .waiting_in_all = 128}};
    /// What takes milliseconds, and never waits behind a walk.
    Lane looks{
        {.threads = 2, .running_per_user = 1, .waiting_per_user = 64, .waiting_in_all = 512}};

    void shut_down() {
        looks.shut_down();
        inspections.shut_down();
        probes.shut_down();
        walks.shut_down();
        changes.shut_down();
    }
};

}  // namespace jts::hot_storage::engine
