/// What commands ask of the service. The real one is a Client; tests have one in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jts/hot_storage/client.hpp"

namespace jts::hot_storage::client {

class Service {
  public:
    virtual ~Service() = default;
    virtual ServiceStatus status() = 0;
    virtual std::string layout_document() = 0;
    virtual PlanReport plan(const std::vector<std::string>& services,
                            const OnProgress& progress) = 0;
    virtual ProvisionReport provision(const std::vector<std::string>& services,
                                      const std::string& plan_digest,
                                      const OnProgress& progress) = 0;
    virtual std::vector<AppliedChange> changes() = 0;
    virtual RollbackReport rollback(const std::string& change_id, bool dry_run,
                                    const OnProgress& progress) = 0;
    virtual ValidationReport validate(const std::vector<std::string>& services, bool write_probe,
                                      const OnProgress& progress) = 0;
    virtual UsageReport usage(const std::vector<std::string>& services, const UsageOptions& options,
                              const OnProgress& progress) = 0;
    virtual SampleReport sample(const OnProgress& progress) = 0;
    virtual std::vector<HistoryPoint> history(const std::string& service, std::uint64_t since,
                                              std::uint64_t until) = 0;
    virtual std::vector<JobStatus> jobs() = 0;
    virtual JobStatus job(const std::string& id) = 0;
    virtual Client::JobResult wait_for_job(const std::string& id,
                                           std::optional<std::chrono::microseconds> limit,
                                           const OnProgress& progress) = 0;
    virtual void cancel_job(const std::string& id) = 0;
    virtual void follow(const std::function<void()>& on_ready, const OnEvent& on_event) = 0;
};

/// Connects with the first call, so that what needs no service works without a bus.
class BusService final : public Service {
  public:
    explicit BusService(const ClientOptions& options) : options_(options) {}

    ServiceStatus status() override { return client().status(); }
    std::string layout_document() override { return client().layout_document(); }
    PlanReport plan(const std::vector<std::string>& services, const OnProgress& progress) override {
        return client().plan(services, progress);
    }
    ProvisionReport provision(const std::vector<std::string>& services,
                              const std::string& plan_digest, const OnProgress& progress) override {
        return client().provision(services, plan_digest, progress);
    }
    std::vector<AppliedChange> changes() override { return client().changes(); }
    RollbackReport rollback(const std::string& change_id, bool dry_run,
                            const OnProgress& progress) override {
        return client().rollback(change_id, dry_run, progress);
    }
    ValidationReport validate(const std::vector<std::string>& services, bool write_probe,
                              const OnProgress& progress) override {
        return client().validate(services, write_probe, progress);
    }
    UsageReport usage(const std::vector<std::string>& services, const UsageOptions& options,
                      const OnProgress& progress) override {
        return client().usage(services, options, progress);
    }
    SampleReport sample(const OnProgress& progress) override { return client().sample(progress); }
    std::vector<HistoryPoint> history(const std::string& service, std::uint64_t since,
                                      std::uint64_t until) override {
        return client().history(service, since, until);
    }
    std::vector<JobStatus> jobs() override { return client().jobs(); }
    JobStatus job(const std::string& id) override { return client().job(id); }
    Client::JobResult wait_for_job(const std::string& id,
                                   std::optional<std::chrono::microseconds> limit,
                                   const OnProgress& progress) override {
        return client().wait_for_job(id, limit, progress);
    }
    void cancel_job(const std::string& id) override { client().cancel_job(id); }
    void follow(const std::function<void()>& on_ready, const OnEvent& on_event) override {
        client().follow(on_ready, on_event);
    }

  private:
    Client& client() {
        if (!client_) client_.emplace(options_);
        return *client_;
    }

    ClientOptions options_;
    std::optional<Client> client_;
};

}  // namespace jts::hot_storage::client
