/// What systemd's manager knows of units.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <string>
#include <vector>

#include "core/inspection.hpp"

namespace jts::hot_storage::bus {

/// The units that `pattern` names (engine/ports.hpp), in name order. `manager` is systemd's object
/// on `connection`. Workers only. Throws Error(failed).
std::vector<UnitFacts> look_up_units(sdbus::IConnection& connection, sdbus::IProxy& manager,
                                     const std::string& pattern);

}  // namespace jts::hot_storage::bus
