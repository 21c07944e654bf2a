/// Points in time as people give them.
#pragma once

#include <cstdint>
#include <string>

namespace jts::hot_storage::client {

/// Microseconds since the epoch. `text` is a length of time before `now` (`90min`, `36h`, `7d`,
/// `2w`), a date or a date with a time, of UTC (`2026-01-31`, `2026-01-31T12:00`,
/// `2026-01-31T12:00:00Z`; a blank may stand for the T), or seconds since the epoch
/// (`@1769860800`). Throws `Error(invalid_args)`.
std::uint64_t time_from_text(const std::string& text, std::uint64_t now);

}  // namespace jts::hot_storage::client
