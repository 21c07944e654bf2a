/// Files of the kernel's that are small and cannot be mapped.
#pragma once

#include <string>

namespace jts::hot_storage::sys {

/// The whole content, at most 16 MiB. Throws `Error(failed)`.
std::string read_small_file(const std::string& path);

/// Reads `name` in `directory` into `text`, whose memory is used again. Zero or an errno value.
int read_small_file(int directory, const char* name, std::string& text);

/// Reads what is left of it, at most 16 MiB, into `text`, whose memory is used again. Zero or an
/// errno value.
int read_whole(int fd, std::string& text);

}  // namespace jts::hot_storage::sys
