/// From what a walk counted to what callers see: plans, percentages, levels.
#pragma once

#include "core/layout.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// Fills in what the layout says about `counted`: of each service `planned_bytes`,
/// `percent_of_plan` and `level`; of each file system `planned_bytes` (of the services whose
/// `mount_point` it is), `reserve_bytes` and `level`. Pure; saturates instead of overflowing.
UsageReport make_usage(const Layout& layout, UsageReport counted);

/// What others than root can use of a file system, used or not.
std::uint64_t usable_bytes(const FilesystemUsage& filesystem) noexcept;

/// How full a file system is: by space, in percent of what others than root can use, as df(1) does;
/// and by inodes, 0 where their number is not fixed.
double percent_used(const FilesystemUsage& filesystem) noexcept;
double percent_of_inodes(const FilesystemUsage& filesystem) noexcept;

/// The levels of the two; the file system's own is the worse one.
Level level_of_space(const Layout& layout, const FilesystemUsage& filesystem) noexcept;
Level level_of_inodes(const Layout& layout, const FilesystemUsage& filesystem) noexcept;

}  // namespace jts::hot_storage
