/// Makes what was changed in a tree outlast a power cut.
#pragma once

#include <string>
#include <vector>

#include "core/layout.hpp"

namespace jts::hot_storage::sys {

/// Returns when the file systems that hold the base and the declared directories of the named
/// services (all where empty) have written everything to their disks: a change of owner or mode has
/// no descriptor that could be synced alone. Throws `Error(failed)`.
void sync_file_systems(const Layout& layout, const std::vector<std::string>& services);

}  // namespace jts::hot_storage::sys
