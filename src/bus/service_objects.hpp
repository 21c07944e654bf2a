/// The layout's services as objects on the bus, /org/jts/HotStorage1/service/NAME.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "dbus/hot_storage_service_adaptor.hpp"
#include "engine/storage.hpp"

namespace jts::hot_storage::bus {

class ServiceObject final : public sdbus::AdaptorInterfaces<org::jts::HotStorage1::Service_adaptor,
                                                            sdbus::ManagedObject_adaptor> {
  public:
    /// Registers and announces itself.
    ServiceObject(sdbus::IConnection& connection, std::string name, engine::ServiceState state);
    ~ServiceObject();

    /// Signals what differs.
    void show(const engine::ServiceState& state);

  private:
    std::string Name() override { return name_; }
    std::string Path() override { return state().path; }
    std::string User() override { return state().user; }
    std::string Group() override { return state().group; }
    uint32_t Mode() override { return state().mode; }
    uint64_t PlannedBytes() override { return state().planned_bytes; }
    uint64_t UsedBytes() override { return state().used_bytes; }
    uint64_t Inodes() override { return state().inodes; }
    uint64_t SampledAt() override { return state().sampled_at; }
    std::string Level() override { return state().level; }
    std::string State() override { return state().state; }
    double GrowthBytesPerDay() override { return state().growth_bytes_per_day; }
    uint64_t FullAt() override { return state().full_at; }

    /// Never held while the bus is called, whose own lock is held while properties are read.
    engine::ServiceState state() const;

    const std::string name_;
    mutable std::mutex mutex_;
    engine::ServiceState state_;
};

/// One thread at a time.
class ServiceObjects {
  public:
    explicit ServiceObjects(sdbus::IConnection& connection) : connection_(connection) {}

    /// Adds, changes and removes objects until they are those of `services`.
    void show(const std::map<std::string, engine::ServiceState>& services);

  private:
    sdbus::IConnection& connection_;
    std::map<std::string, std::unique_ptr<ServiceObject>> objects_;
};

}  // namespace jts::hot_storage::bus
