/// Points in time as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace jts::hot_storage::client {

/// Microseconds since the epoch as `2026-01-31T12:00:00Z`: UTC, so that output is the same
/// everywhere.
std::string time_text(std::uint64_t usec);

}  // namespace jts::hot_storage::client
