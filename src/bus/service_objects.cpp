#include "bus/service_objects.hpp"

#include <spdlog/spdlog.h>

#include <vector>

#include "bus/compat.hpp"

namespace jts::hot_storage::bus {
namespace {

std::vector<compat::PropertyName> changed_properties(const engine::ServiceState& a,
                                                     const engine::ServiceState& b) {
    std::vector<compat::PropertyName> changed;
    const auto compare = [&](const char* name, const auto& before, const auto& after) {
        if (before != after) changed.push_back(compat::PropertyName(name));
    };
    compare("Path", a.path, b.path);
    compare("User", a.user, b.user);
    compare("Group", a.group, b.group);
    compare("Mode", a.mode, b.mode);
    compare("PlannedBytes", a.planned_bytes, b.planned_bytes);
    compare("UsedBytes", a.used_bytes, b.used_bytes);
    compare("Inodes", a.inodes, b.inodes);
    compare("SampledAt", a.sampled_at, b.sampled_at);
    compare("Level", a.level, b.level);
    compare("State", a.state, b.state);
    compare("GrowthBytesPerDay", a.growth_bytes_per_day, b.growth_bytes_per_day);
    compare("FullAt", a.full_at, b.full_at);
    return changed;
}

}  // namespace

ServiceObject::ServiceObject(sdbus::IConnection& connection, std::string name,
                             engine::ServiceState state)
    : AdaptorInterfaces(connection, compat::ObjectPath("/org/jts/HotStorage1/service/" + name)),
      name_(std::move(name)),
      state_(std::move(state)) {
    registerAdaptor();
    emitInterfacesAddedSignal();
}

ServiceObject::~ServiceObject() {
    try {
        emitInterfacesRemovedSignal();
    } catch (const std::exception& error) {
        spdlog::error("cannot withdraw a service on the bus: {}", error.what());
    }
    unregisterAdaptor();
}

engine::ServiceState ServiceObject::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void ServiceObject::show(const engine::ServiceState& state) {
    std::vector<compat::PropertyName> changed;
    {
        const std::lock_guard lock(mutex_);
        changed = changed_properties(state_, state);
        state_ = state;
    }
    if (!changed.empty()) getObject().emitPropertiesChangedSignal(INTERFACE_NAME, changed);
}

void ServiceObjects::show(const std::map<std::string, engine::ServiceState>& services) {
    std::erase_if(objects_, [&](const auto& item) { return !services.contains(item.first); });
    for (const auto& [name, state] : services) {
        const auto found = objects_.find(name);
        if (found != objects_.end())
            found->second->show(state);
        else
            objects_.emplace(name, std::make_unique<ServiceObject>(connection_, name, state));
    }
}

}  // namespace jts::hot_storage::bus
