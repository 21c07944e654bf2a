/// Opening directories from `/`, one component at a time, without following anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sys/fd.hpp"

namespace jts::hot_storage::sys {

/// The components of an absolute path.
std::vector<std::string> components_of(std::string_view path);

/// Opens `name` in `parent` as O_PATH, if it is a directory. Empty with errno set otherwise;
/// `is_absence` tells what that errno means.
Fd open_component(int parent, const char* name) noexcept;

/// A descriptor of the same directory, for reading, without atime. Needs no name and no /proc.
Fd open_for_reading(int directory, const std::string& path);

/// The error means that no directory of that name is there: nothing is, or it is a symlink or
/// something else.
bool is_absence(int error) noexcept;

/// The named directory, as long as there are directories all the way; else an empty one.
/// Throws `Error(failed)` where that can not be told.
Fd open_if_directory(const std::string& path);

/// The directory that `path` names, where it and every directory above it is root's and nobody
/// else may change it, so that what lies right in it is what root put there. Throws
/// `Error(unsafe_path)` at the first that is not so or is a symlink, `Error(plan_stale)` where one
/// is missing.
Fd open_safe_directory(const std::string& path);

}  // namespace jts::hot_storage::sys
