/// Which of a service's directories somebody should know of.
#pragma once

#include <cstddef>
#include <vector>

#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// The `count` largest, and of all those that grow the `count` that grow fastest: once each, the
/// largest first.
std::vector<DirectoryUsage> pick_top(std::vector<DirectoryUsage> directories, std::size_t count);

}  // namespace jts::hot_storage
