/// Turns SIGTERM and SIGINT into an orderly end.
#pragma once

#include <functional>
#include <thread>

namespace jts::hot_storage {

/// Before any thread starts, so that every thread inherits the mask. A signal that comes from now
/// on waits for a `Shutdown`.
void block_end_signals();

/// Declare it after everything that `on_signal` touches: its destructor ends the wait.
class Shutdown {
  public:
    /// Calls `on_signal` once, from a thread of its own: when a signal comes, or from the
    /// destructor at the latest.
    explicit Shutdown(std::function<void()> on_signal);
    ~Shutdown();
    Shutdown(const Shutdown&) = delete;
    Shutdown& operator=(const Shutdown&) = delete;

  private:
    std::jthread waiter_;
};

}  // namespace jts::hot_storage
