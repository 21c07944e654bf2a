/// The service's state folder, and small files in it that are read and replaced as a whole.
#pragma once

#include <optional>
#include <string>

namespace jts::hot_storage::sys {

/// Throws `Error(unsafe_path)` unless the folder is root's and nobody else may change what it
/// contains, `Error(failed)` where that cannot be told.
void expect_state_folder(const std::string& folder);

/// Nothing where there is no such file. Throws `Error(unsafe_path, failed)`.
std::optional<std::string> read_state_file(const std::string& folder, const std::string& name);

/// Replaces or makes it; on the disk when it returns. Throws `Error(no_space, unsafe_path,
/// failed)`, and then it is as it was.
void write_state_file(const std::string& folder, const std::string& name, const std::string& text);

/// Renames it to `NAME.damaged`, in the place of an earlier one. Throws as `write_state_file`.
void set_state_file_aside(const std::string& folder, const std::string& name);

}  // namespace jts::hot_storage::sys
