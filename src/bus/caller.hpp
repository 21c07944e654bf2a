/// Who sent the message that is being handled.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include "engine/ports.hpp"

namespace jts::hot_storage::bus {

/// Copied out at once: the message does not outlive the handler. Only from within a method handler.
engine::Caller current_caller(const sdbus::IObject& object);

}  // namespace jts::hot_storage::bus
