/// One word for the state of the host.
#pragma once

#include <string>
#include <vector>

#include "core/plan.hpp"
#include "engine/layout_store.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::engine {

/// Whether any service's own directory exists.
bool is_provisioned(const Observation& observation);

/// `plan` and `observation` come from declared directories and accounts alone.
std::string health_of(const LoadedLayout& layout, const Observation& observation, const Plan& plan);

/// What was seen, made worse by the alerts that stand.
std::string health_with(const std::string& seen, const std::vector<Alert>& alerts);

}  // namespace jts::hot_storage::engine
