/// Attackers that exchange names while something else works on them.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

namespace jts::hot_storage::test {

/// Exchanges two names for each other as fast as it can. Of this process, with root's rights.
class Swapper {
  public:
    Swapper(const std::string& a, const std::string& b);
    unsigned long swaps() const { return swaps_.load(std::memory_order_relaxed); }

  private:
    std::atomic<unsigned long> swaps_ = 0;
    std::jthread thread_;
};

/// Does `step` again and again in a process of its own with the ids given, and counts when it
/// returns true.
class Racer {
  public:
    Racer(std::uint32_t id, const std::function<bool()>& step);
    ~Racer();
    Racer(const Racer&) = delete;
    Racer& operator=(const Racer&) = delete;

    unsigned long swaps() const { return swaps_->load(std::memory_order_relaxed); }

  private:
    std::atomic<unsigned long>* const swaps_;  ///< shared with the process
    const pid_t pid_;
};

/// A step of a Racer: exchanges two names.
std::function<bool()> exchange(const std::string& a, const std::string& b);

/// Runs `pass` until `has_escaped`, and prints after how long that was. False where it never did.
bool escapes(const std::function<void()>& pass, const std::function<bool()>& has_escaped);

}  // namespace jts::hot_storage::test
