/// All jobs: their limits, when they can be seen, and how long they stay.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/alarms.hpp"
#include "engine/job.hpp"
#include "engine/ports.hpp"

namespace jts::hot_storage::engine {

/// Where jobs can be seen. Called from the alarms' thread alone, so that no caller of Job waits for
/// it; must not throw.
class JobShow {
  public:
    virtual ~JobShow() = default;
    virtual void appeared(const std::shared_ptr<Job>& job) = 0;
    virtual void moved(const std::shared_ptr<Job>& job) = 0;
    virtual void finished(const std::shared_ptr<Job>& job) = 0;
    virtual void gone(const std::string& id) = 0;
};

struct JobTimes {
    std::chrono::milliseconds until_shown{250};
    std::chrono::milliseconds between_progress{500};
    std::chrono::milliseconds kept{600'000};
};

struct JobLimits {
    std::size_t per_user = 64;  ///< those that keep a result nobody took included
    std::size_t in_all = 512;   ///< does not hold for uid 0: others' load never refuses root
};

/// Thread-safe.
class Jobs {
  public:
    Jobs(Alarms& alarms, Clock& clock, JobTimes times = {}, JobLimits limits = {})
        : alarms_(alarms), clock_(clock), times_(times), limits_(limits) {}

    /// Before the first job. `show` must outlive every job's end.
    void show_on(JobShow& show) { show_ = &show; }

    /// A new job, waiting. It is shown once it has lasted. Throws Error(limits_exceeded) where the
    /// user's jobs, running or kept, are too many, and Error(cancelled) after `shut_down`.
    std::shared_ptr<Job> start(const std::string& kind, std::uint32_t uid);

    /// Once `wait` is over and the job has not ended: shows it, keeps its result for Wait, and
    /// calls `leave`.
    void let_call_go_after(const std::shared_ptr<Job>& job, std::chrono::microseconds wait,
                           std::function<void()> leave);

    std::shared_ptr<Job> find(const std::string& id) const;

    /// Cancels what runs, and refuses what comes.
    void shut_down();

  private:
    /// A job and how far it was shown, which the alarms' thread alone decides.
    struct Entry {
        std::shared_ptr<Job> job;
        std::atomic<bool> is_shown = false;
        bool is_finished = false;
    };
    using EntryPointer = std::shared_ptr<Entry>;

    EntryPointer entry_of(const std::string& id) const;
    template <typename Condition>
    EntryPointer oldest_taken(const Condition& condition) const;
    EntryPointer make_room(std::uint32_t uid);
    void forget(const EntryPointer& entry);
    void on_end(const EntryPointer& entry);

    // On the alarms' thread.
    void reveal(const EntryPointer& entry);
    void tell_progress(const EntryPointer& entry);
    void tell_end(const EntryPointer& entry);
    void withdraw(const EntryPointer& entry);

    Alarms& alarms_;
    Clock& clock_;
    const JobTimes times_;
    const JobLimits limits_;
    JobShow* show_ = nullptr;
    mutable std::mutex mutex_;
    std::map<std::string, EntryPointer> entries_;
    bool closed_ = false;
};

}  // namespace jts::hot_storage::engine
