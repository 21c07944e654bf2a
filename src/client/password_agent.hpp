/// A polkit agent at this terminal: pkttyagent, which asks whoever sits there for a password.
#pragma once

#include <sys/types.h>

namespace jts::hot_storage::client {

/// Runs from its construction, which returns once polkit knows of it, to its destruction.
class PasswordAgent {
  public:
    /// Throws `Error(failed)` where it cannot be started.
    PasswordAgent();
    ~PasswordAgent();
    PasswordAgent(const PasswordAgent&) = delete;
    PasswordAgent& operator=(const PasswordAgent&) = delete;

  private:
    pid_t process_ = -1;
};

}  // namespace jts::hot_storage::client
