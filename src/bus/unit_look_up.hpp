/// What systemd's manager knows of units.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <string>
#include <vector>

#include "bus/event_loop.hpp"
#include "core/inspection.hpp"

namespace jts::hot_storage::bus {

/// The units that `pattern` names (engine/ports.hpp), in name order. `manager` is systemd's object
/// on the loop's connection. Workers only. Throws Error(failed).
std::vector<UnitFacts> look_up_units(EventLoop& loop, sdbus::IProxy& manager,
                                     const std::string& pattern);

}  // namespace jts::hot_storage::bus
