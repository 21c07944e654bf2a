#include "engine/service_states.hpp"

#include <algorithm>

#include "core/plan.hpp"
#include "core/text.hpp"
#include "engine/health.hpp"

namespace jts::hot_storage::engine {
namespace {

std::string state_of_service(const Layout& layout, const Observation& observation,
                             const std::string& name) {
    const auto own = observation.directories.find({name, ""});
    if (own == observation.directories.end() || own->second.entry.type == EntryState::Type::missing)
        return "missing";
    return differences_of(layout, observation, name) > 0 ? "drifted" : "ok";
}

}  // namespace

std::uint32_t differences_of(const Layout& layout, const Observation& observation,
                             const std::string& name) {
    const auto plan = make_plan(layout, observation, {name});
    const auto is_its = [&](const auto& item) { return item.service == name; };
    const auto changes = std::ranges::count_if(
        plan.changes, [&](const PlannedChange& planned) { return is_its(planned.change); });
    const auto refused = std::ranges::count_if(plan.refused, is_its);
    return static_cast<std::uint32_t>(changes + refused) +
           static_cast<std::uint32_t>(plan.blockers.size());
}

std::map<std::string, std::uint32_t> drift_of(const Layout& layout,
                                              const Observation& observation) {
    std::map<std::string, std::uint32_t> drift;
    if (!is_provisioned(observation)) return drift;
    for (const ServiceSpec& service : layout.services)
        drift.emplace(service.name, differences_of(layout, observation, service.name));
    return drift;
}

void show_count(const std::map<std::string, ServiceUsage>& counted, const std::string& name,
                ServiceState& state) {
    const auto found = counted.find(name);
    if (found == counted.end()) return;
    state.used_bytes = found->second.used_bytes;
    state.inodes = found->second.inodes;
    state.sampled_at = found->second.sampled_at;
    state.level = std::string(to_string(found->second.level));
    const auto forecast = found->second.forecast.value_or(Forecast{});
    state.growth_bytes_per_day = forecast.growth_bytes_per_day;
    state.full_at = forecast.full_at.value_or(0);
}

std::map<std::string, ServiceState> service_states(
    const Layout& layout, const std::map<std::string, ServiceUsage>& counted) {
    std::map<std::string, ServiceState> states;
    for (const ServiceSpec& service : layout.services) {
        const DirectorySpec& own = service.own();
        ServiceState state;
        state.path = escape(path_of(layout, service, own));
        state.user = own.owner;
        state.group = own.group;
        state.mode = own.mode;
        state.planned_bytes = service.planned_bytes;
        show_count(counted, service.name, state);
        states.emplace(service.name, std::move(state));
    }
    return states;
}

std::map<std::string, std::string> judge_services(const Layout& layout,
                                                  const Observation& observation) {
    std::map<std::string, std::string> states;
    for (const ServiceSpec& service : layout.services)
        states.emplace(service.name, state_of_service(layout, observation, service.name));
    return states;
}

}  // namespace jts::hot_storage::engine
