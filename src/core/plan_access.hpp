/// What a directory's mode and ACL need.
#pragma once

#include <cstdint>

#include "core/plan_acl.hpp"

namespace jts::hot_storage::planning {

/// What is to be done about a directory's mode and ACL. Where an ACL is to be set, that brings the
/// mode's bits with it, and all that may be done before is to take bits away: between the two steps
/// nobody has what the other step forbids.
struct AccessPlan {
    bool mode_is_right = false;
    bool acl_is_right = false;
    std::uint32_t mode = 0;             ///< for set-mode
    std::uint32_t mode_with_owner = 0;  ///< to leave when the owner changes
    Access result;                      ///< for set-acl
};

AccessPlan plan_access(const EntryState& entry, const DirectorySpec& spec,
                       const Numbering& numbering);

}  // namespace jts::hot_storage::planning
