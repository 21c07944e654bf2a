/// Whether a worker's calls wait for the disk. Pure: times are passed in.
#pragma once

#include <chrono>

namespace jts::hot_storage::sys {

class WaitGauge {
  public:
    using Time = std::chrono::nanoseconds;

    /// `wall`: since any moment, `computed`: what this thread has spent computing, or waiting for a
    /// processor to compute on: what others make of a busy host is no reason for more threads.
    WaitGauge(Time wall, Time computed) : wall_(wall), computed_(computed) {}

    /// So much was spent waiting for work, which is no call.
    void leave_out(Time idle) { idle_ += idle; }

    /// Whether enough has passed since the last answer for another: `computed` costs a system call.
    bool is_due(Time wall) const { return wall - wall_ - idle_ >= window; }

    /// Computing took less than half of the time, in this window and in the one before: one alone
    /// may be the first read of a warm tree.
    bool waits(Time wall, Time computed);

  private:
    static constexpr Time window = std::chrono::milliseconds(4);

    Time wall_, computed_;
    Time idle_{0};
    bool waited_before_ = false;
};

}  // namespace jts::hot_storage::sys
