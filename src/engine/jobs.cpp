#include "engine/jobs.hpp"

#include <syslog.h>

#include <algorithm>
#include <vector>

#include "engine/audit.hpp"

namespace jts::hot_storage::engine {

/// The oldest of the jobs that fulfil the condition and whose results were taken by Wait.
template <typename Condition>
Jobs::EntryPointer Jobs::oldest_taken(const Condition& condition) const {
    EntryPointer oldest;
    for (const auto& [id, entry] : entries_) {
        const Job& job = *entry->job;
        const bool is_older = !oldest || job.started_at < oldest->job->started_at;
        if (job.is_taken() && condition(job) && is_older) oldest = entry;
    }
    return oldest;
}

/// With the lock held. Room is made by letting go, before their time, of jobs whose results were
/// taken.
Jobs::EntryPointer Jobs::make_room(std::uint32_t uid) {
    if (closed_) throw Error(ErrorCode::cancelled, "the service is stopping; call again later");
    const auto own = std::ranges::count_if(
        entries_, [uid](const auto& item) { return item.second->job->owner_uid == uid; });
    EntryPointer leaves;
    if (static_cast<std::size_t>(own) >= limits_.per_user) {
        leaves = oldest_taken([uid](const Job& job) { return job.owner_uid == uid; });
        if (!leaves)
            throw Error(ErrorCode::limits_exceeded,
                        std::to_string(own) +
                            " jobs of this user run, or ended within 10 minutes and keep their "
                            "result; take the results by Wait, or call without option wait");
    } else if (uid != 0 && entries_.size() >= limits_.in_all) {
        leaves = oldest_taken([](const Job&) { return true; });
        if (!leaves)
            throw Error(ErrorCode::limits_exceeded, std::to_string(entries_.size()) +
                                                        " jobs run or are kept; call again later");
    }
    if (leaves) entries_.erase(leaves->job->id);
    return leaves;
}

std::shared_ptr<Job> Jobs::start(const std::string& kind, std::uint32_t uid) {
    const auto entry = std::make_shared<Entry>();
    entry->job = std::make_shared<Job>(kind, uid, clock_.microseconds());
    EntryPointer leaves;
    {
        const std::lock_guard lock(mutex_);
        leaves = make_room(uid);
        entries_.emplace(entry->job->id, entry);
    }
    try {
        if (leaves) alarms_.after({}, [this, leaves] { withdraw(leaves); });
        alarms_.after(times_.until_shown, [this, entry] {
            if (!entry->job->end()) reveal(entry);
        });
    } catch (...) {
        forget(entry);
        throw;
    }
    entry->job->on_end([this, entry](const JobEnd&) { on_end(entry); });
    return entry->job;
}

void Jobs::let_call_go_after(const std::shared_ptr<Job>& job, std::chrono::microseconds wait,
                             std::function<void()> leave) {
    const auto entry = entry_of(job->id);
    if (!entry) return;  // ended
    const auto alarm = alarms_.after(wait, [this, entry, leave = std::move(leave)] {
        if (!entry->job->detach_call()) return;
        reveal(entry);
        leave();
    });
    // What the call holds goes with its end, however long it would have waited.
    job->on_end([this, alarm](const JobEnd&) { alarms_.cancel(alarm); });
}

Jobs::EntryPointer Jobs::entry_of(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second;
}

std::shared_ptr<Job> Jobs::find(const std::string& id) const {
    const auto entry = entry_of(id);
    return entry ? entry->job : nullptr;
}

void Jobs::on_end(const EntryPointer& entry) {
    const bool is_kept = entry->job->is_detached();
    if (!is_kept) forget(entry);
    // `reveal` looks in the other order, so that one of the two sees the other.
    if (!is_kept && !entry->is_shown) return;
    try {
        alarms_.after({}, [this, entry] { tell_end(entry); });
    } catch (const std::exception& error) {
        forget(entry);
        audit(job_untold_id, LOG_ERR,
              "the end of job " + entry->job->id + " cannot be told: " + error.what(), {});
    }
}

void Jobs::forget(const EntryPointer& entry) {
    const std::lock_guard lock(mutex_);
    entries_.erase(entry->job->id);
}

void Jobs::reveal(const EntryPointer& entry) {
    if (entry->is_shown || entry->is_finished) return;
    show_->appeared(entry->job);
    entry->is_shown = true;
    if (entry->job->end()) return tell_end(entry);
    alarms_.after(times_.between_progress, [this, entry] { tell_progress(entry); });
}

void Jobs::tell_progress(const EntryPointer& entry) {
    if (entry->job->end()) return;
    show_->moved(entry->job);
    alarms_.after(times_.between_progress, [this, entry] { tell_progress(entry); });
}

void Jobs::tell_end(const EntryPointer& entry) {
    if (entry->is_finished) return;
    entry->is_finished = true;
    if (entry->is_shown) show_->finished(entry->job);
    const auto go = [this, entry] {
        forget(entry);
        withdraw(entry);
    };
    if (entry->job->is_detached())
        alarms_.after(times_.kept, go);
    else
        go();
}

void Jobs::withdraw(const EntryPointer& entry) {
    entry->is_finished = true;
    if (entry->is_shown) show_->gone(entry->job->id);
}

void Jobs::shut_down() {
    std::vector<std::shared_ptr<Job>> running;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (const auto& [id, entry] : entries_) running.push_back(entry->job);
    }
    for (const auto& job : running) job->cancel();
}

}  // namespace jts::hot_storage::engine
