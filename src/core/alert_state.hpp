/// Alerts as they outlast the service: so that a restart neither raises one again nor forgets one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// JSON, with a line's end.
std::string write_alerts(const std::vector<Alert>& alerts);

/// The inverse. Throws Error(failed) that says what is wrong where the text is nothing that
/// `write_alerts` writes: without a state the next sample raises again whatever is over its level.
std::vector<Alert> read_alerts(std::string_view text);

}  // namespace jts::hot_storage
