/// What the program says on stdout. The daemon reads it back with engine/probe_answer.hpp.
#pragma once

#include <string>
#include <vector>

#include "core/inspection.hpp"

namespace jts::hot_storage::probe {

/// `{"results":[{"directory":"data","error":"","latency_usec":123,"reason":"","service":"redis"}]}`
std::string answer_of(const std::vector<ProbeResult>& results);

}  // namespace jts::hot_storage::probe
