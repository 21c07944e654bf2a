/// What the probe printed. The account that it ran as may be hostile, and the answer with it.
#pragma once

#include <string_view>
#include <vector>

#include "core/inspection.hpp"

namespace jts::hot_storage::engine {

/// Strict: any key, type, length or character but the expected one is an Error(failed), and so are
/// a directory that is named twice and a result that is neither a success nor an error with its
/// reason. Reasons are escaped. Whether the directories are the layout's is left to the caller.
std::vector<ProbeResult> parse_probe_answer(std::string_view text);

}  // namespace jts::hot_storage::engine
