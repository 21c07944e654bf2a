/// When a call that takes several steps must have ended.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

namespace jts::hot_storage::client {

/// A length of time as the bus and the service count it: microseconds, 2^64-1 = no limit. Never 0,
/// which sd-bus takes for its own 25 s.
inline std::uint64_t as_bus_time(std::optional<std::chrono::microseconds> time) {
    if (!time) return std::numeric_limits<std::uint64_t>::max();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(1, time->count()));
}

class Deadline {
  public:
    using Clock = std::chrono::steady_clock;

    /// Nothing: never over.
    explicit Deadline(std::optional<std::chrono::microseconds> limit) {
        if (limit) end_ = Clock::now() + *limit;
    }

    bool over() const { return end_ && Clock::now() >= *end_; }

    /// Nothing: no limit.
    std::optional<std::chrono::microseconds> left() const {
        if (!end_) return std::nullopt;
        return std::max(
            std::chrono::microseconds(0),
            std::chrono::duration_cast<std::chrono::microseconds>(*end_ - Clock::now()));
    }

    /// The time that is left, `step` at most.
    std::chrono::microseconds left(std::chrono::microseconds step) const {
        return std::min(step, left().value_or(step));
    }

  private:
    std::optional<Clock::time_point> end_;
};

}  // namespace jts::hot_storage::client
