#include "sys/walk_crew.hpp"

#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::sys {

WalkCrew::WalkCrew(const std::vector<WalkRoot>& roots, const OpenRoot& open_root,
                   std::size_t workers, std::stop_token stop)
    : roots_(roots), open_root_(open_root), workers_(workers), stop_(std::move(stop)) {}

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
