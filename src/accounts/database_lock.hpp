/// The lock on the accounts databases that useradd, passwd and systemd-sysusers take: lckpwdf(3).
#pragma once

#include <chrono>
#include <string>

#include "sys/fd.hpp"

namespace jts::hot_storage::accounts {

/// Held as long as it lives. An open-file-description lock, which conflicts with the POSIX lock of
/// lckpwdf but, unlike it, ends with this descriptor alone.
class DatabaseLock {
  public:
    /// Throws Error(busy) where somebody else still holds it after `patience`.
    DatabaseLock(const std::string& etc, std::chrono::milliseconds patience);

  private:
    sys::Fd fd_;
};

}  // namespace jts::hot_storage::accounts
