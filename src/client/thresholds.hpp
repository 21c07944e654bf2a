/// The layout's thresholds, as clients need them beside what was counted.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "client/json.hpp"

namespace jts::hot_storage::client {

/// In percent of what is planned for a service, by its name, and of a file system.
struct PercentThresholds {
    std::map<std::string, unsigned> services;
    std::optional<unsigned> filesystems;
};

/// `key`: `warning_percent` or `critical_percent`; `document`: as layout_json() has it. None where
/// it has them not as we know them: the service is of another version.
PercentThresholds thresholds_in(const Json& document, const char* key);

}  // namespace jts::hot_storage::client
