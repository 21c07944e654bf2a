/// Whose processes run.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace jts::hot_storage::sys {

/// Whether a process has `uid` as its real, effective, saved or file-system id, or may have it:
/// where others' processes are hidden. `proc` is the proc file system's mount point. Throws
/// `Error(failed)` where it cannot be read.
bool has_process(std::uint32_t uid, const std::string& proc = "/proc");

/// Tells again and again, cheaply, that an account has no process. Safe to share among threads.
class Stillness {
  public:
    Stillness(std::uint32_t uid, std::string proc) : uid_(uid), proc_(std::move(proc)) {}

    /// True while the account has no process. Reads every process's ids, unless the kernel has
    /// handed out no process id since that was last done, a moment ago.
    bool holds();

  private:
    std::string newest_process() const;

    const std::uint32_t uid_;
    const std::string proc_;
    std::mutex mutex_;
    std::string newest_;
    std::chrono::steady_clock::time_point looked_at_;
    bool broken_ = false;
};

}  // namespace jts::hot_storage::sys
