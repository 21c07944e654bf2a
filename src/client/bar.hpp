/// How full something is, as a bar.
#pragma once

#include <cstddef>
#include <string>

namespace jts::hot_storage::client {

/// `width` columns for 0 to 100 percent; what is over fills it. `mark`: the percent at which a line
/// stands in what is still empty; 0: none. ASCII unless `symbols`.
std::string bar(double percent, unsigned mark, std::size_t width, bool symbols);

}  // namespace jts::hot_storage::client
