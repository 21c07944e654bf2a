/// Turns SIGTERM and SIGINT into an orderly end.
#pragma once

#include <functional>
#include <thread>

namespace jts::hot_storage {

/// Must be constructed before any other thread starts, so that every thread inherits the mask.
class Shutdown {
  public:
    Shutdown();
    ~Shutdown();
    Shutdown(const Shutdown&) = delete;
    Shutdown& operator=(const Shutdown&) = delete;

    /// Calls `on_signal` once, from a thread of its own, when a signal comes.
    void watch(std::function<void()> on_signal);

  private:
    std::jthread waiter_;
};

}  // namespace jts::hot_storage
