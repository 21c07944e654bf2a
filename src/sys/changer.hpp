/// Makes one planned change to the tree, by the rules of docs/architecture.md.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "core/layout.hpp"
#include "core/plan.hpp"
#include "sys/below.hpp"

namespace jts::hot_storage::sys {

/// What came of one change.
struct ChangeOutcome {
    std::uint64_t entries = 0;          ///< set_owner_below: entries given to the owner
    std::vector<RefusedBelow> refused;  ///< set_owner_below: met on the way, not touched

    bool operator==(const ChangeOutcome&) const = default;
};

/// Applies `change` (not create_group or create_user). `accounts` is the database as it is now,
/// with every account that the layout needs. Looks again before it acts: where a declared directory
/// is not the one that `change.prior` describes (another file, another type) it throws
/// `Error(plan_stale)`, where a directory above it is not safe `Error(unsafe_path)`, and has
/// changed nothing. Any other failure is `Error(failed)` or `Error(no_space)` with path and errno
/// text. An entry below that vanishes or is exchanged between two looks is left alone: no error.
ChangeOutcome apply_change(const Layout& layout, const PlannedChange& change,
                           const AccountDatabase& accounts, const BelowOptions& options,
                           const std::stop_token& stop);

}  // namespace jts::hot_storage::sys
