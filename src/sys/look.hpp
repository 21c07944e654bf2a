/// Looking at entries: never through a link, never waking an automount.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <vector>

#include "core/observation.hpp"

namespace jts::hot_storage::sys {

/// What the kernel says about one entry, mount and birth time included.
using Look = struct statx;

/// Looks at `name` in `directory`. Zero or an errno value.
int look(int directory, const char* name, Look& out) noexcept;

/// Looks at what the descriptor refers to (O_PATH will do). Zero or an errno value.
int look(int fd, Look& out) noexcept;

/// The mount that `name` in `directory` lies on, also where nothing else may be learnt about it: a
/// user's FUSE mount answers EACCES even to root. Zero or an errno value.
int look_at_mount(int directory, const char* name, Look& out) noexcept;

/// Both lie on the same mount of the same file system. A bind mount has its origin's device, and a
/// btrfs subvolume its parent's mount, so that neither number does alone. Devices are compared
/// between directories only: overlayfs gives other entries the device of the layer they lie in.
bool same_mount(const Look& a, const Look& b) noexcept;

Identity identity_of(const Look& look) noexcept;

/// The same file of one file system, whose device may have got another number since: that of an
/// NVMe drive or a logical volume may change with each boot.
bool same_inode(const Identity& a, const Identity& b) noexcept;

/// `acl` only where the entry is a directory.
EntryState entry_state(const Look& look, std::vector<AclLine> acl);

/// Root's, and nobody else may change what it contains. An ACL needs no look of its own: where one
/// grants anything, the mode's group bits are its mask (acl(5)).
bool is_safe_parent(const Look& look) noexcept;

/// Immutable or append-only.
bool is_pinned(const Look& look) noexcept;

}  // namespace jts::hot_storage::sys
