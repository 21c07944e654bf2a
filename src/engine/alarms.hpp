/// Things to do later. One thread, which is there only while something is due.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace jts::hot_storage::engine {

/// Thread-safe. Actions run one at a time on the alarms' thread; they must not throw and should be
/// quick, since others wait behind them. They may set further alarms.
class Alarms {
  public:
    using Clock = std::chrono::steady_clock;
    using Action = std::function<void()>;
    /// When it is due, and a number of its own. Earlier alarms and lower numbers come first.
    using Id = std::pair<Clock::time_point, std::uint64_t>;

    Alarms() = default;
    ~Alarms() { shut_down(); }
    Alarms(const Alarms&) = delete;
    Alarms& operator=(const Alarms&) = delete;

    /// After `shut_down` nothing is ever done. Throws std::system_error where no thread can be
    /// started; then the action is forgotten.
    Id after(Clock::duration delay, Action action);

    /// Forgets the action, and what it holds, unless it has begun.
    void cancel(const Id& id);

    /// Waits for the action that runs; forgets the others. Not from within an action. Idempotent.
    void shut_down();

  private:
    void run();
    void start_thread();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Id, Action> due_;
    std::uint64_t last_number_ = 0;
    std::thread thread_;
    bool running_ = false;  ///< the thread will look at `due_` again
    bool closed_ = false;
};

}  // namespace jts::hot_storage::engine
