/// The way from `/` to the base, which must be safe to walk as root.
#pragma once

#include <optional>

#include "core/plan.hpp"
#include "core/plan_fault.hpp"
#include "core/plan_ids.hpp"

namespace jts::hot_storage::planning {

/// What the way to the base allows for the directories below it.
struct BasePlan {
    bool usable = false;     ///< what is observed below it means something
    bool immutable = false;  ///< the base takes no new entries
};

/// Adds creations of what is missing, changes of the base itself, and a blocker where a component
/// could be led astray by a user, where the base lies on the wrong mount, or where the daemon's own
/// sandbox keeps it from writing there.
BasePlan plan_base(const Layout& layout, const Observation& observation, const Numbering& numbering,
                   Plan& plan);

/// What the base itself shall be.
const DirectorySpec& base_spec();

/// What is wrong with a component of the base that is there: nothing, where it is safe to walk.
std::optional<Fault> component_fault(const PathObservation& component, bool is_base,
                                     const AccountDatabase& accounts);

/// Whether the base lies off the layout's `expected_mount`.
std::optional<Fault> mount_fault(const Layout& layout, const Observation& observation);

/// Whether this service cannot write where the base lies.
std::optional<Fault> writing_fault(const Layout& layout, const Observation& observation);

}  // namespace jts::hot_storage::planning
