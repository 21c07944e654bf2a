/// Ctrl-C while a job runs: the job is to be cancelled, not the client ended.
#pragma once

#include <csignal>

namespace jts::hot_storage::client {

/// While one exists, the first SIGINT is only remembered; a second one ends the process as usual.
/// One at a time.
class Interrupt {
  public:
    Interrupt() noexcept;
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    bool pending() const noexcept;

  private:
    struct sigaction before_ {};
};

}  // namespace jts::hot_storage::client
