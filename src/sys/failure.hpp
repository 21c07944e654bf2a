/// From errno to an `Error` that says what was tried, on what, and why it failed.
#pragma once

#include <string>
#include <string_view>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::sys {

/// "cannot <action> <subject>: <errno text>", e.g. ("set owner of", "/data/x", EPERM). The subject
/// is escaped here. ENOSPC and EDQUOT become `no_space`, everything else `failed`.
Error failure(std::string_view action, std::string_view subject, int errno_value);

/// The same about something below a declared directory, whose path not everybody may see.
Error failure_below(std::string_view action, std::string_view path, int errno_value);

}  // namespace jts::hot_storage::sys
