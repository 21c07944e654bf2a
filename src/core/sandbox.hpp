/// Whether a unit's own sandbox lets its service write where the layout puts its data.
#pragma once

#include <string>
#include <vector>

#include "core/inspection.hpp"

namespace jts::hot_storage {

/// What keeps `unit` from writing to `path` (absolute, normalised), each a short clause such as
/// `ProtectSystem=strict leaves it read-only`; empty where nothing does. The longest matching path
/// of ReadWritePaths, ReadOnlyPaths and what ProtectSystem and ProtectHome stand for decides;
/// nothing helps below an inaccessible one (systemd.exec(5)).
std::vector<std::string> what_denies_writing(const UnitFacts& unit, const std::string& path);

/// Whether it waits for what is mounted on `mount_point`: RequiresMountsFor= names that or
/// something below it. A directory above is not enough: its mounts are only those on the way to it
/// (systemd.unit(5)). Nobody has to wait for `/`.
bool waits_for_mount(const UnitFacts& unit, const std::string& mount_point);

/// The whole text of a drop-in, to be put in place as it is, that lets the unit write to all of
/// `paths` and wait for their mounts; its first line is a comment with the file's path. A unit that
/// may write already gets no [Service] section: ReadWritePaths= would put it into a mount namespace
/// of its own, which dockerd, for one, must not be in. Specifiers and blanks are escaped.
std::string drop_in_for(const UnitFacts& unit, const std::vector<std::string>& paths);

}  // namespace jts::hot_storage
