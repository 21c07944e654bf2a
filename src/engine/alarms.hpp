/// Things to do later. One thread, which is there only while something is due.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace jts::hot_storage::engine {

/// Thread-safe. Actions run one at a time on the alarms' thread; they must not throw and should be
/// quick, since others wait behind them. They may set further alarms.
class Alarms {
  public:
    using Clock = std::chrono::steady_clock;
    using Action = std::function<void()>;

    Alarms() = default;
    ~Alarms() { shut_down(); }
    Alarms(const Alarms&) = delete;
    Alarms& operator=(const Alarms&) = delete;

    /// After `shut_down` nothing is ever done.
    void after(Clock::duration delay, Action action);

    /// Waits for the action that runs; forgets the others. Not from within an action. Idempotent.
    void shut_down();

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<Clock::time_point, Action> due_;
    std::thread thread_;
    bool running_ = false;  ///< the thread will look at `due_` again
    bool closed_ = false;
};

}  // namespace jts::hot_storage::engine
