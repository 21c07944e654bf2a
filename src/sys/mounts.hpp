/// Mount ids to mount points.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jts::hot_storage::sys {

struct Mount {
    std::string point = "/";
    std::string type;
    std::string source;

    bool operator==(const Mount&) const = default;
};

/// The mount of `mount_id`, as `mount_point_in` finds it; type and source empty where it is not
/// listed.
Mount mount_in(std::string_view mountinfo, std::uint64_t mount_id);

/// The mount point of `mount_id` (statx's) in the text of a mountinfo file (proc_pid_mountinfo(5)),
/// its octal escapes undone. `/` where it is not listed: then it holds the root directory itself,
/// as in a chroot that is no mount point.
std::string mount_point_in(std::string_view mountinfo, std::uint64_t mount_id);

/// The same, of this process's own mounts. Throws `Error(failed)`.
std::string mount_point_of(std::uint64_t mount_id);

}  // namespace jts::hot_storage::sys
