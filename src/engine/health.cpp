#include "engine/health.hpp"

#include <algorithm>

namespace jts::hot_storage::engine {

bool is_provisioned(const Observation& observation) {
    return std::ranges::any_of(observation.directories, [](const auto& item) {
        const auto& [key, directory] = item;
        return key.second.empty() && directory.entry.type != EntryState::Type::missing;
    });
}

std::string health_of(const LoadedLayout& layout, const Observation& observation,
                      const Plan& plan) {
    if (!layout.result.rejected.empty()) return "critical";
    if (!is_provisioned(observation) && plan.blockers.empty()) return "unprovisioned";
    const bool right = plan.changes.empty() && plan.refused.empty() && plan.blockers.empty();
    return right ? "ok" : "critical";
}

std::string health_with(const std::string& seen, const std::vector<Alert>& alerts) {
    const auto worst =
        alerts.empty() ? Level::ok : std::ranges::max(alerts, {}, &Alert::severity).severity;
    if (worst == Level::critical) return "critical";
    return worst == Level::warning && seen == "ok" ? "degraded" : seen;
}

}  // namespace jts::hot_storage::engine
