#pragma once

#include <systemd/sd-bus.h>

#include <nlohmann/json.hpp>

namespace jts::hot_storage::test {

/// A message's arguments as an array: dictionaries with text for keys become objects, variants
/// what they hold.
nlohmann::json arguments_of(sd_bus_message* message);

}  // namespace jts::hot_storage::test
