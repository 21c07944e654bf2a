/// What the bus shows of each service.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/layout.hpp"
#include "core/observation.hpp"
#include "engine/storage.hpp"

namespace jts::hot_storage::engine {

/// What the layout says, and what was counted last; not yet looked at.
std::map<std::string, ServiceState> service_states(
    const Layout& layout, const std::map<std::string, ServiceUsage>& counted);

/// Sets what was counted of the service, where it was.
void show_count(const std::map<std::string, ServiceUsage>& counted, const std::string& name,
                ServiceState& state);

/// How many of the service's accounts and declared directories are not as the layout has them.
std::uint32_t differences_of(const Layout& layout, const Observation& observation,
                             const std::string& name);

/// `differences_of` each service. Empty where no service's directory exists: a host on which
/// nothing was ever set up has not drifted.
std::map<std::string, std::uint32_t> drift_of(const Layout& layout, const Observation& observation);

/// The word for each service. `observation`: declared directories and accounts alone.
std::map<std::string, std::string> judge_services(const Layout& layout,
                                                  const Observation& observation);

}  // namespace jts::hot_storage::engine
