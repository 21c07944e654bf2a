#include "engine/health.hpp"

#include <algorithm>

namespace jts::hot_storage::engine {
namespace {

bool any_service_directory(const Observation& observation) {
    return std::any_of(
        observation.directories.begin(), observation.directories.end(), [](const auto& item) {
            const auto& [key, directory] = item;
            return key.second.empty() && directory.entry.type != EntryState::Type::missing;
        });
}

}  // namespace

std::string health_of(const LoadedLayout& layout, const Observation& observation,
                      const Plan& plan) {
    if (!layout.result.rejected.empty()) return "critical";
    if (!any_service_directory(observation) && plan.blockers.empty()) return "unprovisioned";
    const bool right = plan.changes.empty() && plan.refused.empty() && plan.blockers.empty();
    return right ? "ok" : "critical";
}

}  // namespace jts::hot_storage::engine
