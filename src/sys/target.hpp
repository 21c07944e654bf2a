/// A directory that is to be changed, found by its place in the layout and held by descriptors.
#pragma once

#include <string>

#include "core/layout.hpp"
#include "core/observation.hpp"
#include "sys/change_log.hpp"
#include "sys/declared.hpp"
#include "sys/fd.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::sys {

/// The target's parent, open and beyond the reach of anybody but root, or, for a directory in a
/// service's, the service's own; and its name there.
struct Target {
    Fd parent;
    std::string name;
    std::string path;
};

/// `key` as in PlannedChange::target. Throws `Error(unsafe_path)` where a directory above is not
/// safe, `Error(plan_stale)` where one is gone, `Error(failed)` where the layout does not declare
/// it.
Target find_target(const Layout& layout, const DirectoryKey& key);

Declared find_declared(const Layout& layout, const DirectoryKey& key);

/// Where it is, or would be. Throws `Error(failed)` where the layout does not declare it.
std::string path_of(const Layout& layout, const DirectoryKey& key);

/// Opens the target for reading, and makes sure that it is the directory that `prior` describes;
/// else throws `Error(plan_stale)`.
Fd open_target(const Target& target, const EntryState& prior);

/// Makes the target, with mode 0700, and opens it for reading. Throws `Error(plan_stale)` where
/// something of that name is there, and has changed nothing then. Nothing that somebody put in the
/// place of the new one passes: that is `Error(failed)`, as is every failure from then on.
Fd make_directory(const Target& target);

/// As it is now, its ACL included; `missing` where there is nothing of that name.
EntryState state_of_target(const Target& target);

/// Whether something is mounted there. False where there is nothing.
bool is_mount_point(const Target& target);

/// Of an open directory. Special bits are never set.
void change_owner(int fd, const std::string& path, const Owner& owner);
void change_mode(int fd, const std::string& path, std::uint32_t mode);

Look look_through(int fd, const std::string& path);

[[noreturn]] void throw_stale(const std::string& path, const std::string& why);

}  // namespace jts::hot_storage::sys
