/// The thread that reads the bus, and that writes what could not be written at once.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <atomic>
#include <cstdint>

#include "sys/fd.hpp"

namespace jts::hot_storage::bus {

/// The library's own loop would not know of what another thread has sent: of a message that is
/// larger than what the kernel takes at once the rest would lie there until something else comes
/// from the bus, and the end of a call's time would pass unnoticed.
class EventLoop {
  public:
    /// The connection must outlive the loop, and has no other one.
    explicit EventLoop(sdbus::IConnection& connection);

    sdbus::IConnection& connection() const noexcept { return connection_; }

    /// Until `leave`. Throws sdbus::Error where the bus is lost.
    void run();

    /// From any thread, also before `run`.
    void leave() noexcept;

    /// To be called after something was sent from another thread than the loop's; costs no system
    /// call where there is nothing left to do.
    void sent() noexcept;

  private:
    void wake() noexcept;
    void wait();

    sdbus::IConnection& connection_;
    sys::Fd wakes_;
    std::atomic<bool> is_left_ = false;
    std::atomic<std::uint64_t> deadline_ = 0;  ///< until when the loop sleeps; CLOCK_MONOTONIC
};

}  // namespace jts::hot_storage::bus
