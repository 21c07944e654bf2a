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
    virtual PlanReport plan(const std::vector<std::string>& services) = 0;
    virtual ProvisionReport provision(const std::vector<std::string>& services,
                                      const std::string& plan_digest) = 0;
};

/// Connects with the first call, so that what needs no service works without a bus.
class BusService final : public Service {
  public:
    explicit BusService(const ClientOptions& options) : options_(options) {}

    ServiceStatus status() override { return client().status(); }
    std::string layout_document() override { return client().layout_document(); }
    PlanReport plan(const std::vector<std::string>& services) override {
        return client().plan(services);
    }
    ProvisionReport provision(const std::vector<std::string>& services,
                              const std::string& plan_digest) override {
        return client().provision(services, plan_digest);
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
