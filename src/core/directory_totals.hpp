/// How much lies below single directories of a service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace jts::hot_storage {

/// Allocated bytes of a directory and all that lies below it.
struct DirectoryTotal {
    std::string path;  ///< bytes
    std::uint64_t used_bytes = 0;

    bool operator==(const DirectoryTotal&) const = default;
};

/// The directories one and two levels below the declared ones of a service.
struct DirectoryTotals {
    /// More than a caller can ask for, since what grows fast is not yet large.
    static constexpr std::size_t most = 200;

    std::vector<DirectoryTotal> largest;  ///< at most `most`, the largest first
    std::uint64_t largest_left_out = 0;   ///< bytes; 0: all are there
    bool incomplete = false;              ///< there were more than are told apart

    bool operator==(const DirectoryTotals&) const = default;
};

}  // namespace jts::hot_storage
