#include "engine/alarms.hpp"

#include <utility>

namespace jts::hot_storage::engine {

Alarms::Id Alarms::after(Clock::duration delay, Action action) {
    const std::lock_guard lock(mutex_);
    const Id id{Clock::now() + delay, ++last_number_};
    if (closed_) return id;
    if (!running_) start_thread();
    due_.emplace(id, std::move(action));
    changed_.notify_one();
    return id;
}

/// With the lock held, which keeps the new thread from looking before there is something due.
void Alarms::start_thread() {
    if (thread_.joinable()) thread_.join();  // past its last look
    thread_ = std::thread([this] { run(); });
    running_ = true;
}

void Alarms::cancel(const Id& id) {
    std::map<Id, Action>::node_type forgotten;  // goes after the lock
    const std::lock_guard lock(mutex_);
    forgotten = due_.extract(id);
}

void Alarms::run() {
    std::unique_lock lock(mutex_);
    while (!closed_ && !due_.empty()) {
        const auto when = due_.begin()->first.first;
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
    std::map<Id, Action> forgotten;
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
