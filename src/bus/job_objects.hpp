/// Jobs as objects on the bus, /org/jts/HotStorage1/job/ID.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <map>
#include <memory>
#include <string>

#include "bus/arguments.hpp"
#include "bus/event_loop.hpp"
#include "bus/gate.hpp"
#include "dbus/hot_storage_job_adaptor.hpp"
#include "engine/jobs.hpp"

namespace jts::hot_storage::bus {

std::string job_path(const std::string& id);

/// What a call answers whose time was up; its message begins with the job's path and a space.
Error still_running(const engine::Job& job);

class JobObject final : public sdbus::AdaptorInterfaces<org::jts::HotStorage1::Job_adaptor,
                                                        sdbus::ManagedObject_adaptor> {
  public:
    /// Registers and announces itself. Loop, gate and alarms must outlive every call.
    JobObject(EventLoop& loop, std::shared_ptr<engine::Job> job, Gate& gate,
              engine::Alarms& alarms);
    ~JobObject();

    void signal_progress();
    void signal_end();

  private:
    void Wait(sdbus::Result<std::string, Dict>&& result, uint64_t timeout_usec) override;
    void Cancel(sdbus::Result<>&& result) override;
    std::string Kind() override { return job_->kind; }
    std::string State() override { return std::string(to_string(job_->status().state)); }
    std::string Phase() override { return job_->status().phase; }
    double Progress() override { return job_->status().progress; }
    uint64_t ItemsDone() override { return job_->status().items_done; }
    uint64_t ItemsTotal() override { return job_->status().items_total; }
    uint64_t BytesDone() override { return job_->status().bytes_done; }
    uint64_t BytesTotal() override { return job_->status().bytes_total; }
    uint32_t OwnerUid() override { return job_->owner_uid; }
    uint64_t StartedAt() override { return job_->started_at; }

    /// Lets the job's owner, uid 0 and holders of cancel-others go on.
    using OnAdmitted = std::function<void(const Wishes& may)>;
    void admit(JobMethod method, const Wishes& wishes, OnAdmitted granted,
               std::function<void(const Error&)> refused);

    EventLoop& loop_;
    const std::shared_ptr<engine::Job> job_;
    Gate& gate_;
    engine::Alarms& alarms_;
};

/// Shows jobs on the bus. On the alarms' thread only.
class JobObjects final : public engine::JobShow {
  public:
    JobObjects(EventLoop& loop, Gate& gate, engine::Alarms& alarms)
        : loop_(loop), gate_(gate), alarms_(alarms) {}

    void appeared(const std::shared_ptr<engine::Job>& job) override;
    void moved(const std::shared_ptr<engine::Job>& job) override;
    void finished(const std::shared_ptr<engine::Job>& job) override;
    void gone(const std::string& id) override;

  private:
    EventLoop& loop_;
    Gate& gate_;
    engine::Alarms& alarms_;
    std::map<std::string, std::unique_ptr<JobObject>> objects_;
};

}  // namespace jts::hot_storage::bus
