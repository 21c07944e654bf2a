#include "bus/job_objects.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>

#include "bus/caller.hpp"
#include "bus/compat.hpp"
#include "bus/reply.hpp"

namespace jts::hot_storage::bus {
namespace {

/// What happens on the bus must not end a job, nor the thread that tells of it.
template <typename Step>
void told(EventLoop& loop, const char* what, const Step& step) noexcept {
    try {
        step();
        loop.sent();
    } catch (const std::exception& error) {
        spdlog::error("cannot {} on the bus: {}", what, error.what());
    }
}

using WaitReply = Reply<std::string, Dict>;

void answer_wait(WaitReply& reply, engine::Job& job, const engine::JobEnd& end, bool names) {
    job.mark_taken();
    const auto& result = names ? end.result : end.public_result;
    if (end.state == JobState::failed)
        reply.fail(names ? *end.error : end.error->without_names());
    else
        reply.succeed(std::string(to_string(end.state)), result ? to_dict(*result) : Dict{});
}

Error cannot_cancel(const engine::Job& job) {
    return Error(ErrorCode::recovery_pending,
                 job_path(job.id) +
                     " cannot be cancelled, since it finishes a change that was interrupted; call "
                     "its Wait, and Rollback afterwards to take that change back");
}

/// Open calls of one job's Wait; twice as many of its Cancel.
constexpr std::size_t max_waits = 256;

/// Answers at the end of the job or of the time, whichever comes first; leaves nothing behind.
void wait_for(const std::shared_ptr<engine::Job>& job, const std::shared_ptr<WaitReply>& reply,
              uint64_t timeout_usec, bool names, engine::Alarms& alarms) {
    // What has ended is answered whatever the time.
    if (const auto end = job->end()) return answer_wait(*reply, *job, *end, names);
    const auto watcher = std::make_shared<std::atomic<std::uint64_t>>(0);
    const auto longest = static_cast<uint64_t>(for_ever.count());
    const auto alarm = alarms.after(std::chrono::microseconds(std::min(timeout_usec, longest)),
                                    [job, reply, watcher] {
                                        reply->fail(still_running(*job));
                                        job->unwatch(*watcher);
                                    });
    try {
        // By reference: a job that held itself would never go.
        *watcher = job->on_end(
            [reply, &alarms, alarm, names, &job = *job](const engine::JobEnd& end) {
                alarms.cancel(alarm);
                reply->guard([&] { answer_wait(*reply, job, end, names); });
            },
            max_waits);
    } catch (...) {
        alarms.cancel(alarm);
        throw;
    }
    // The alarm may have gone off before there was a watcher to forget.
    if (reply->is_answered()) job->unwatch(*watcher);
}

}  // namespace

std::string job_path(const std::string& id) {
    return "/org/jts/HotStorage1/job/" + id;
}

Error still_running(const engine::Job& job) {
    return Error(ErrorCode::still_running,
                 job_path(job.id) + " has not ended yet; call its Wait for the result of " +
                     job.kind + ", or its Cancel");
}

JobObject::JobObject(EventLoop& loop, std::shared_ptr<engine::Job> job, Gate& gate,
                     engine::Alarms& alarms)
    : AdaptorInterfaces(loop.connection(), compat::ObjectPath(job_path(job->id))),
      loop_(loop),
      job_(std::move(job)),
      gate_(gate),
      alarms_(alarms) {
    registerAdaptor();
    emitInterfacesAddedSignal();
}

JobObject::~JobObject() {
    told(loop_, "withdraw a job", [this] { emitInterfacesRemovedSignal(); });
    unregisterAdaptor();
}

void JobObject::signal_progress() {
    getObject().emitPropertiesChangedSignal(
        INTERFACE_NAME, {compat::PropertyName("Phase"), compat::PropertyName("Progress"),
                         compat::PropertyName("ItemsDone"), compat::PropertyName("ItemsTotal")});
}

void JobObject::signal_end() {
    getObject().emitPropertiesChangedSignal(
        INTERFACE_NAME, {compat::PropertyName("State"), compat::PropertyName("Phase"),
                         compat::PropertyName("Progress"), compat::PropertyName("ItemsDone"),
                         compat::PropertyName("ItemsTotal")});
    emitFinished(State());
}

void JobObject::admit(JobMethod method, const Wishes& wishes, OnAdmitted granted,
                      std::function<void(const Error&)> refused) {
    const auto caller = current_caller(getObject());
    const std::string name = std::string("Job.") + to_string(method);
    // This object may be gone when polkit answers: nothing of it is held but what outlives it.
    gate_.admit(
        name, action_of(method), caller, wishes,
        [=, owner = job_->owner_uid, &gate = gate_](const Granted& who) {
            if (who.requester.uid == owner || who.requester.uid == 0) return granted(who.may);
            auto further = caller;
            further.is_call = false;
            gate.admit(
                name, cancel_others_action, further, {},
                [granted, may = who.may](const Granted&) { granted(may); }, refused);
        },
        refused);
}

void JobObject::Wait(sdbus::Result<std::string, Dict>&& result, uint64_t timeout_usec) {
    const auto reply = std::make_shared<WaitReply>(std::move(result), loop_);
    reply->guard([&] {
        admit(
            // Whoever called may have lost the right since, and whoever waits is perhaps another.
            JobMethod::Wait, {.names = job_->may_have_names()},
            [reply, timeout_usec, job = job_, &alarms = alarms_](const Wishes& may) {
                reply->guard([&] { wait_for(job, reply, timeout_usec, may.names, alarms); });
            },
            [reply](const Error& error) { reply->fail(error); });
    });
}

void JobObject::Cancel(sdbus::Result<>&& result) {
    const auto reply = std::make_shared<Reply<>>(std::move(result), loop_);
    reply->guard([&] {
        admit(
            JobMethod::Cancel, {},
            [reply, job = job_](const Wishes&) {
                reply->guard([&] {
                    if (job->goes_on_uncancelled()) throw cannot_cancel(*job);
                    job->cancel();
                    job->on_end([reply](const engine::JobEnd&) { reply->succeed(); },
                                2 * max_waits);
                });
            },
            [reply](const Error& error) { reply->fail(error); });
    });
}

void JobObjects::appeared(const std::shared_ptr<engine::Job>& job) {
    told(loop_, "show a job",
         [&] { objects_[job->id] = std::make_unique<JobObject>(loop_, job, gate_, alarms_); });
}

void JobObjects::moved(const std::shared_ptr<engine::Job>& job) {
    const auto found = objects_.find(job->id);
    if (found != objects_.end())
        told(loop_, "signal progress", [&] { found->second->signal_progress(); });
}

void JobObjects::finished(const std::shared_ptr<engine::Job>& job) {
    const auto found = objects_.find(job->id);
    if (found != objects_.end())
        told(loop_, "signal a job's end", [&] { found->second->signal_end(); });
}

void JobObjects::gone(const std::string& id) {
    objects_.erase(id);
}

}  // namespace jts::hot_storage::bus
