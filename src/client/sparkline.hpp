/// A series as one line of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace jts::hot_storage::client {

/// Value and the time it belongs to, in the order of time.
using TimedValue = std::pair<std::uint64_t, std::uint64_t>;

/// At most `width` columns, each a span of time of the same length, with the last value in it; from
/// the lowest value of all to the highest. `symbols`: block elements, else letters that every
/// terminal and file has. A span without a value is a dot, or `?`.
std::string sparkline(const std::vector<TimedValue>& values, std::size_t width, bool symbols);

}  // namespace jts::hot_storage::client
