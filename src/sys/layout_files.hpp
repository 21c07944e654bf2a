/// Finds and reads the layout's files.
#pragma once

#include <string>
#include <vector>

#include "core/layout_reader.hpp"

namespace jts::hot_storage::sys {

struct LayoutPaths {
    std::string vendor = "/usr/share/jts-hot-storage/layout.json";
    std::string drop_ins = "/etc/jts-hot-storage/layout.d";  ///< `*.json` in byte order of names
};

/// What tells that a file, or the folder, changed: compared, never interpreted.
struct LayoutFingerprint {
    std::string text;
    bool operator==(const LayoutFingerprint&) const = default;
};

/// Identity, size and ctime of every file that `read_layout_files` would read, and of the folder.
/// Cheap: one statx a file.
LayoutFingerprint layout_fingerprint(const LayoutPaths& paths);

/// Vendor file first, then drop-ins. A file is untrusted unless it is a regular file, owned by
/// root, not writable by group or others, at most 1 MiB, and every folder above it likewise
/// root-owned and not writable by group or others (sticky folders do not help). Names that begin
/// with a dot are skipped. A missing drop-in folder is no error; a missing vendor file is a file
/// with `untrusted` set. With `check_owner` false (for `layout check FILE…` by a user) only
/// readability counts.
std::vector<LayoutFile> read_layout_files(const LayoutPaths& paths, bool check_owner = true);

/// The named files alone, in the order given.
std::vector<LayoutFile> read_named_files(const std::vector<std::string>& paths, bool check_owner);

}  // namespace jts::hot_storage::sys
