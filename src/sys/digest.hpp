/// SHA-256 and random ids.
#pragma once

#include <string>
#include <string_view>

namespace jts::hot_storage::sys {

/// Lower-case hexadecimal SHA-256 of the bytes.
std::string sha256_hex(std::string_view bytes);

/// 32 lower-case hexadecimal digits from the kernel's random source: job, change and backup ids.
std::string random_id();

}  // namespace jts::hot_storage::sys
