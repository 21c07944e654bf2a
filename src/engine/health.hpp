/// One word for the state of the host.
#pragma once

#include <string>

#include "core/plan.hpp"
#include "engine/layout_store.hpp"

namespace jts::hot_storage::engine {

/// `plan` and `observation` come from declared directories and accounts alone.
std::string health_of(const LoadedLayout& layout, const Observation& observation, const Plan& plan);

}  // namespace jts::hot_storage::engine
