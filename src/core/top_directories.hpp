/// Which of a service's directories somebody should know of.
#pragma once

#include <cstddef>
#include <vector>

#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// How many bytes the paths of a service's top directories have at most, so that names made for it
/// make no answer, and no job that keeps one, large. A hundred usual ones fit several times.
inline constexpr std::size_t most_top_bytes = 32 * 1024;

/// The `count` largest, and of all those that grow the `count` that grow fastest: once each, the
/// largest first. Incomplete where not all of their paths fit into `most_top_bytes`.
TopDirectories pick_top(std::vector<DirectoryUsage> directories, std::size_t count);

}  // namespace jts::hot_storage
