/// The declared directories, and what lies below them.
#pragma once

#include "core/plan.hpp"
#include "core/plan_base.hpp"
#include "core/plan_ids.hpp"

namespace jts::hot_storage::planning {

/// Adds changes and refusals of the services' directories from the top, then of what lies below
/// each of them.
void plan_tree(const Layout& layout, const Observation& observation,
               const std::vector<const ServiceSpec*>& services, const BasePlan& base,
               const Numbering& numbering, Plan& plan);

}  // namespace jts::hot_storage::planning
