#include "engine/job.hpp"

#include <algorithm>
#include <utility>

#include "core/current_error.hpp"
#include "sys/digest.hpp"

namespace jts::hot_storage::engine {
namespace {

const Error& cancelled() {
    static const Error error(ErrorCode::cancelled,
                             "the job was cancelled; call again to begin anew");
    return error;
}

}  // namespace

bool JobEnd::has_names() const noexcept {
    return result != public_result || (error && error->has_names());
}

Job::Job(std::string kind_of_job, std::uint32_t owner, std::uint64_t started)
    : id(sys::random_id()), kind(std::move(kind_of_job)), owner_uid(owner), started_at(started) {}

JobStatus Job::status() const {
    const std::lock_guard lock(mutex_);
    JobStatus status;
    status.job_id = id;
    status.kind = kind;
    status.state = end_ ? end_->state : JobState::running;
    status.phase = phase_;
    status.owner_uid = owner_uid;
    status.started_at = started_at;
    if (meter_) status.items_done = meter_->entries.load(std::memory_order_relaxed);
    // A tree that has grown since it was counted has no known whole.
    if (total_ >= status.items_done) status.items_total = total_;
    if (end_ && end_->state == JobState::succeeded)
        status.progress = 1;
    else if (status.items_total != 0)
        status.progress =
            static_cast<double>(status.items_done) / static_cast<double>(status.items_total);
    return status;
}

std::optional<JobEnd> Job::end() const {
    const std::lock_guard lock(mutex_);
    return end_;
}

bool Job::begin(std::string phase) {
    const std::lock_guard lock(mutex_);
    if (end_ || stop_.stop_requested()) return false;
    begun_ = true;
    phase_ = std::move(phase);
    return true;
}

void Job::set_phase(std::string phase) {
    const std::lock_guard lock(mutex_);
    if (!end_) phase_ = std::move(phase);
}

void Job::follow(std::shared_ptr<const sys::WalkMeter> meter, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    meter_ = std::move(meter);
    total_ = total;
}

void Job::set_public_result(JobResult result) {
    auto shared = std::make_shared<const JobResult>(std::move(result));
    const std::lock_guard lock(mutex_);
    public_result_ = std::move(shared);
}

bool Job::may_have_names() const {
    const std::lock_guard lock(mutex_);
    return end_ ? end_->has_names() : may_have_names_.load();
}

void Job::succeed(JobResult result) {
    const auto whole = std::make_shared<const JobResult>(std::move(result));
    std::shared_ptr<const JobResult> without;
    {
        const std::lock_guard lock(mutex_);
        without.swap(public_result_);
    }
    if (!without || *without == *whole) without = whole;
    finish({JobState::succeeded, whole, {}, without});
}

void Job::fail(const Error& error) {
    const bool was_cancelled = error.code() == ErrorCode::cancelled;
    finish({was_cancelled ? JobState::cancelled : JobState::failed, nullptr,
            may_have_names_ ? error : error.without_names()});
}

void Job::fail_with_current_exception() {
    fail(current_error());
}

bool Job::goes_on_uncancelled() const {
    return is_kept_going_ && !end();
}

void Job::cancel() {
    std::function<void()> leave;
    bool ends_now = false;
    {
        const std::lock_guard lock(mutex_);
        if (end_) return;
        ends_now = !begun_ || leave_;
        leave.swap(leave_);
        stop_.request_stop();  // nobody has a callback on it
    }
    if (leave) leave();
    if (ends_now) fail(cancelled());
}

void Job::set_leave(std::function<void()> leave) {
    const std::lock_guard lock(mutex_);
    if (!end_) leave_ = std::move(leave);
}

std::uint64_t Job::on_end(Watcher done, std::size_t limit) {
    {
        const std::lock_guard lock(mutex_);
        if (!end_) {
            if (watchers_.size() >= limit)
                throw Error(ErrorCode::limits_exceeded,
                            "too many calls wait for this job already; call again later");
            watchers_.emplace(++last_watcher_, std::move(done));
            return last_watcher_;
        }
    }
    done(*end_);  // never changes again
    return 0;
}

void Job::unwatch(std::uint64_t watcher) {
    const std::lock_guard lock(mutex_);
    watchers_.erase(watcher);
}

bool Job::detach_call() {
    const std::lock_guard lock(mutex_);
    if (end_) return false;
    detached_ = true;
    return true;
}

bool Job::is_detached() const {
    const std::lock_guard lock(mutex_);
    return detached_;
}

void Job::finish(JobEnd end) {
    std::map<std::uint64_t, Watcher> watchers;
    std::function<void()> leave;
    {
        const std::lock_guard lock(mutex_);
        if (end_) return;
        end_ = std::move(end);
        phase_ = "done";
        watchers.swap(watchers_);
        leave.swap(leave_);
    }
    for (const auto& [id_of_watcher, watcher] : watchers) watcher(*end_);
}

}  // namespace jts::hot_storage::engine
