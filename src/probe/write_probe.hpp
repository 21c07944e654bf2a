/// One directory: can this process write there, and how fast does it reach the disk?
#pragma once

#include <string>

#include "core/inspection.hpp"

namespace jts::hot_storage::probe {

/// Writes and syncs 4 KiB in a file without a name, so that nothing is ever seen in the directory
/// and nothing stays behind, not even when killed. Where the file system has no such files the
/// result is EOPNOTSUPP. Follows no link on the way from `/`. `path` is absolute. Never throws but
/// for memory.
ProbeResult probe_directory(const DirectoryKey& directory, const std::string& path);

}  // namespace jts::hot_storage::probe
