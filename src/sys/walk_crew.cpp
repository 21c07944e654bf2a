#include "sys/walk_crew.hpp"

#include <algorithm>
#include <system_error>

#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::sys {

void WalkCrew::run(std::size_t most, Work work) {
    most_ = most;
    work_ = std::move(work);
    const std::size_t at_first = pace_.at_first == 0 ? most : std::min(pace_.at_first, most);
    {
        const std::lock_guard lock(mutex_);
        // The caller's thread is another walk's tomorrow, and could not take its priority back.
        workers_ = pace_.is_polite ? 0 : 1;
        start_workers(at_first);
    }
    if (!pace_.is_polite) work_(0);
    join();
}

/// One thread less is no failure while there are others.
void WalkCrew::start_workers(std::size_t wanted) {
    try {
        for (; workers_ < wanted; ++workers_)
            threads_.emplace_back([this, number = workers_.load()] { work_(number); });
    } catch (const std::system_error& error) {
        if (workers_ > 0) return;
        failure_ = std::make_exception_ptr(
            Error(ErrorCode::failed, std::string("cannot start a thread: ") + error.what()));
    }
}

void WalkCrew::grow() {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    // At the end nobody may be added to those who are waited for.
    if (is_over() || now - grown_at_ < between_steps) return;
    grown_at_ = now;
    start_workers(std::min(workers_ * 2, most_));
}

/// A worker that still runs may start others until the walk is over.
void WalkCrew::join() {
    for (;;) {
        std::vector<std::jthread> threads;
        {
            const std::lock_guard lock(mutex_);
            threads.swap(threads_);
        }
        if (threads.empty()) return;
        threads.clear();  // joins
    }
}

bool WalkCrew::is_over() const {
    return is_stopping() || (tasks_.empty() && next_root_ == roots_.size() && busy_ == 0);
}

std::optional<WalkTask> WalkCrew::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !tasks_.empty() || next_root_ < roots_.size() || is_over(); });
    if (is_over()) return std::nullopt;
    ++busy_;
    if (tasks_.empty()) {
        const std::size_t root = next_root_++;
        lock.unlock();
        return WalkTask{root, open_root_(root), roots_[root].path, 0};
    }
    WalkTask task = std::move(tasks_.front());
    tasks_.pop_front();
    waiting_.store(tasks_.size(), std::memory_order_relaxed);
    return task;
}

void WalkCrew::give(WalkTask task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    waiting_.store(tasks_.size(), std::memory_order_relaxed);
    changed_.notify_one();
}

void WalkCrew::finish() {
    const std::lock_guard lock(mutex_);
    --busy_;
    if (is_over()) changed_.notify_all();
}

void WalkCrew::fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    failed_.store(true, std::memory_order_relaxed);
    changed_.notify_all();
}

void WalkCrew::rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
    if (stop_.stop_requested())
        throw Error(ErrorCode::cancelled, "stopped while walking " + escape(roots_.front().path));
}

}  // namespace jts::hot_storage::sys
