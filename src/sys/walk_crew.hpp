/// What the workers of one walk share: the directories waiting to be walked, and the end of it all.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "sys/walk.hpp"

namespace jts::hot_storage::sys {

/// A directory to walk, open for reading.
struct WalkTask {
    std::size_t root = 0;
    Fd directory;
    std::string path;
    std::size_t depth = 0;  ///< below its root
};

class WalkCrew {
  public:
    WalkCrew(const std::vector<WalkRoot>& roots, const OpenRoot& open_root, std::size_t workers,
             std::stop_token stop);

    /// The next directory to walk; waits while others may still give one away. Nothing at the end.
    std::optional<WalkTask> take();

    /// Few are waiting, so that a worker that meets a directory should give it away. Some always
    /// wait: a worker that runs dry then finds work without sleeping, also while the one that meets
    /// directories is busy changing a batch of entries (OwnerBatch). Each costs a descriptor.
    bool is_hungry() const noexcept {
        return workers_ > 1 && waiting_.load(std::memory_order_relaxed) < stock;
    }
    void give(WalkTask task);

    /// A worker is done with what it took.
    void finish();
    void fail(std::exception_ptr failure);
    bool is_stopping() const noexcept {
        return failed_.load(std::memory_order_relaxed) || stop_.stop_requested();
    }

    /// After all workers ended: throws what made them stop.
    void rethrow() const;

  private:
    static constexpr std::size_t stock = 48;
    bool is_over() const;

    const std::vector<WalkRoot>& roots_;
    const OpenRoot& open_root_;
    const std::size_t workers_;
    const std::stop_token stop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<WalkTask> tasks_;
    std::size_t next_root_ = 0, busy_ = 0;
    std::exception_ptr failure_;
    std::atomic<std::size_t> waiting_ = 0;
    std::atomic<bool> failed_ = false;
};

}  // namespace jts::hot_storage::sys
