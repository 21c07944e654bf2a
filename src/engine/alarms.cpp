#include "engine/alarms.hpp"

#include <utility>

namespace jts::hot_storage::engine {

void Alarms::after(Clock::duration delay, Action action) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    due_.emplace(Clock::now() + delay, std::move(action));
    if (!running_) {
        if (thread_.joinable()) thread_.join();  // past its last look
        running_ = true;
        thread_ = std::thread([this] { run(); });
    }
    changed_.notify_one();
}

void Alarms::run() {
    std::unique_lock lock(mutex_);
    while (!closed_ && !due_.empty()) {
        const auto when = due_.begin()->first;
        if (Clock::now() < when) {
            changed_.wait_until(lock, when);
            continue;
        }
        auto first = due_.extract(due_.begin());
        lock.unlock();
        first.mapped()();
        first.mapped() = nullptr;  // what it holds goes before the lock is taken again
        lock.lock();
    }
    running_ = false;
}

void Alarms::shut_down() {
    std::thread thread;
    std::multimap<Clock::time_point, Action> forgotten;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        forgotten.swap(due_);
        thread.swap(thread_);
    }
    changed_.notify_all();
    if (thread.joinable()) thread.join();
}

}  // namespace jts::hot_storage::engine
