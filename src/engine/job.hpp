/// One long call while it works and after it ended.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "jts/hot_storage/error.hpp"
#include "jts/hot_storage/model.hpp"
#include "sys/survey.hpp"

namespace jts::hot_storage::engine {

using JobResult = std::variant<PlanReport, ProvisionReport, ValidationReport, UsageReport,
                               RollbackReport, SampleReport>;

/// How a job came to its end: with a result, or with an error.
struct JobEnd {
    JobState state{};
    std::shared_ptr<const JobResult> result;  ///< set where it succeeded
    std::optional<Error> error;               ///< set where it did not
    /// The same for those who may not see names from inside the tree; where there are none, the
    /// same object.
    std::shared_ptr<const JobResult> public_result{};

    bool has_names() const noexcept;
};

/// Thread-safe. Ends exactly once: the first of `succeed`, `fail` and `cancel` counts.
class Job {
  public:
    Job(std::string kind, std::uint32_t owner_uid, std::uint64_t started_at);

    const std::string id;  ///< 32 random hexadecimal digits
    const std::string kind;
    const std::uint32_t owner_uid;
    const std::uint64_t started_at;  ///< microseconds since the epoch

    JobStatus status() const;
    std::optional<JobEnd> end() const;

    // --- for whoever does the work ---

    /// The work begins, and from here on `cancel` only asks for its end. False: it was cancelled
    /// while it waited, and there is nothing to do.
    bool begin(std::string phase);
    void set_phase(std::string phase);
    /// Progress is counted by this walk from now on. `total`: entries to come; 0: unknown.
    void follow(std::shared_ptr<const sys::WalkMeter> meter, std::uint64_t total);
    std::stop_token stop_token() const { return stop_.get_token(); }
    /// Its caller may see names from inside the tree. Before the job is shown.
    void allow_names() { may_have_names_ = true; }
    /// It finishes what was interrupted, which goes on whatever its watchers ask for. Before the
    /// job is shown.
    void keep_from_cancelling() { is_kept_going_ = true; }
    /// What `succeed` will be given, without names. Needed where the result may have some.
    void set_public_result(JobResult result);
    void succeed(JobResult result);
    /// Names from inside the tree are kept only where its caller may see them.
    void fail(const Error& error);
    void fail_with_current_exception();

    // --- for those who watch ---

    /// There are names from inside the tree in its end, or may come to be.
    bool may_have_names() const;

    /// Nobody's `cancel` would stop it: it has not ended, and goes on.
    bool goes_on_uncancelled() const;
    /// Stops it. What waits its turn or for a walk that others share ends at once; what works ends
    /// when it has come to a consistent stop.
    void cancel();
    /// While set, `cancel` ends the job at once and calls this, which must let go of the work.
    void set_leave(std::function<void()> leave);

    using Watcher = std::function<void(const JobEnd&)>;
    static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

    /// Calls `done` at the end, once; at once where it has ended. From whichever thread ends it.
    /// Returns what `unwatch` takes; 0 where it has ended. Throws Error(limits_exceeded) where
    /// `limit` watch already.
    std::uint64_t on_end(Watcher done, std::size_t limit = no_limit);
    void unwatch(std::uint64_t watcher);

    /// The call goes away without the result, which is kept for Wait from now on. False: it ended
    /// before, and its call carries the result.
    bool detach_call();
    bool is_detached() const;
    /// Somebody took the kept result.
    void mark_taken() { taken_ = true; }
    bool is_taken() const { return taken_; }

  private:
    void finish(JobEnd end);

    mutable std::mutex mutex_;
    std::stop_source stop_;
    std::string phase_ = "waiting";
    std::shared_ptr<const sys::WalkMeter> meter_;
    std::uint64_t total_ = 0;
    std::function<void()> leave_;
    std::map<std::uint64_t, Watcher> watchers_;
    std::uint64_t last_watcher_ = 0;
    std::shared_ptr<const JobResult> public_result_;
    std::optional<JobEnd> end_;
    std::atomic<bool> may_have_names_ = false;
    std::atomic<bool> is_kept_going_ = false;
    bool begun_ = false;
    bool detached_ = false;
    std::atomic<bool> taken_ = false;
};

}  // namespace jts::hot_storage::engine
