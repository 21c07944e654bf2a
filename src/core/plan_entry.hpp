/// One directory against what is declared of it: the base or a declared directory.
#pragma once

#include <string>

#include "core/plan.hpp"
#include "core/plan_ids.hpp"

namespace jts::hot_storage::planning {

/// Which directory, what it shall be, and where.
struct Declared {
    DirectoryKey key;  ///< as PlannedChange::target
    std::string path;
    const DirectorySpec& spec;
    bool below_immutable = false;  ///< its parent takes no new entries
};

/// How a declared directory stands.
enum class Standing {
    right,     ///< as declared
    changing,  ///< there, or to be made, by the plan's changes
    refused,   ///< a directory that must stay as it is
    closed,    ///< nothing that could be entered
};

/// Adds the changes that make `entry` what is declared, or a refusal where it must not be touched.
Standing plan_entry(const Declared& declared, const EntryState& entry, const Numbering& numbering,
                    Plan& plan);

/// A change of a directory, with everything filled in but the texts and what is particular to the
/// kind.
PlannedChange change_of(ChangeKind kind, const Declared& declared, const EntryState& prior);

}  // namespace jts::hot_storage::planning
