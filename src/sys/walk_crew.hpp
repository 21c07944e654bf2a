/// What the workers of one walk share: the directories waiting to be walked, and the end of it all.
#pragma once

#include <atomic>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "sys/courtesy.hpp"
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
    /// The work of the worker with that number.
    using Work = std::function<void(std::size_t)>;

    WalkCrew(const std::vector<WalkRoot>& roots, const OpenRoot& open_root, const WalkPace& pace,
             std::stop_token stop)
        : roots_(roots),
          open_root_(open_root),
          pace_(pace),
          stop_(std::move(stop)),
          courtesy_(pace.pressure) {}

    /// Runs at most `most` workers, each in a thread of its own but for the first, which a walk
    /// that is not polite runs in the caller's; returns when all have ended.
    void run(std::size_t most, Work work);

    /// Calls wait for the disk: twice as many workers, if there may be more. Any worker's.
    void grow();
    bool may_grow() const noexcept { return workers_.load(std::memory_order_relaxed) < most_; }

    /// Null where the walk is not polite.
    Courtesy* courtesy() noexcept { return pace_.is_polite ? &courtesy_ : nullptr; }

    /// The next directory to walk; waits while others may still give one away. Nothing at the end.
    std::optional<WalkTask> take();

    /// Few are waiting, so that a worker that meets a directory should give it away. Some always
    /// wait: a worker that runs dry then finds work without sleeping, also while the one that meets
    /// directories is busy changing a batch of entries (OwnerBatch). Each costs a descriptor.
    bool is_hungry() const noexcept {
        return most_ > 1 && waiting_.load(std::memory_order_relaxed) < stock;
    }
    void give(WalkTask task);

    /// A directory is given away with its path, in bytes that are copied and wait. What no path
    /// reaches that a system call would take is left to the worker that found it: else a chain of
    /// directories, of which each is given away, would cost the square of its length.
    static constexpr std::size_t max_path = PATH_MAX;

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
    /// Between two steps of growing, the workers that came last have shown what they are worth.
    static constexpr std::chrono::milliseconds between_steps{10};
    bool is_over() const;
    /// Until there are so many; under the lock.
    void start_workers(std::size_t wanted);
    void join();

    const std::vector<WalkRoot>& roots_;
    const OpenRoot& open_root_;
    const WalkPace pace_;
    const std::stop_token stop_;
    Courtesy courtesy_;
    Work work_;
    std::size_t most_ = 1;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<WalkTask> tasks_;
    std::size_t next_root_ = 0, busy_ = 0;
    std::exception_ptr failure_;
    std::atomic<std::size_t> waiting_ = 0;
    std::atomic<bool> failed_ = false;
    std::atomic<std::size_t> workers_ = 0;
    std::chrono::steady_clock::time_point grown_at_{};
    std::vector<std::jthread> threads_;
};

}  // namespace jts::hot_storage::sys
