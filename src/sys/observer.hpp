/// Looks at the host: the base and its parents, declared directories, and what lies below them.
/// Everything by directory descriptor from `/`, no link followed, no mount crossed
/// (docs/architecture.md, "Walking a tree as root"). Holds no descriptor after it returns.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/observation.hpp"

namespace jts::hot_storage::sys {

/// First step: `base_path`, `mount_point`, `read_only` and each declared directory's `entry` of the
/// named services (all where empty). `accounts` is passed through. Some 40 statx on the default
/// layout. Throws `Error(failed)` where something can be neither looked at nor called missing.
Observation observe_declared(const Layout& layout, AccountDatabase accounts,
                             const std::vector<std::string>& services);

/// Second step: fills in `below` of each declared directory of the named services whose Below is
/// not declared_only. `observation` must come from `observe_declared` with the same arguments.
/// Walks with `threads` threads. Throws `Error(cancelled)` when stopped.
void observe_below(const Layout& layout, Observation& observation,
                   const std::vector<std::string>& services, unsigned threads,
                   std::stop_token stop);

}  // namespace jts::hot_storage::sys
