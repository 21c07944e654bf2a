/// Points in time as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace jts::hot_storage::client {

/// Microseconds since the epoch as `2026-01-31T12:00:00Z`: UTC, so that output is the same
/// everywhere.
std::string time_text(std::uint64_t usec);

/// `12s`, `5min`, `3h`, `40d`: what is over of a span, in its largest whole unit; one word, as a
/// table's columns have.
std::string span_text(std::uint64_t usec);

/// Microseconds since the epoch.
std::uint64_t present_time();

}  // namespace jts::hot_storage::client
