/// How a walk leaves a host to its databases: by being idle to the schedulers of processor and
/// disk, and by resting where processes wait for the disk. docs/decisions/0020 says what that is
/// worth.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>

namespace jts::hot_storage::sys {

/// The calling thread gives way to every other from here on, and cannot take it back: without
/// CAP_SYS_NICE nobody can. Zero or an errno value: then it gives way less, which is a matter of
/// how the host is set up, and the self-test's to tell (self_test.hpp).
int give_way_to_others() noexcept;

/// Runs the step on a thread of its own that gives way, and so do those which that one starts;
/// where there is no thread to be had, on the calling one as it is. Throws what the step throws.
void run_politely(const std::function<void()>& step);

/// Of 0 to 1: how much of the last ten seconds some process waited for a disk, as pressure stall
/// information has it; 0 where the text is none.
double pressure_in(const std::string& text) noexcept;

/// How long to rest after having worked so long: for the share of the time that others wait, but
/// never more than three quarters of it.
std::chrono::microseconds rest_after(std::chrono::microseconds work, double pressure) noexcept;

/// What the workers of one walk know of the pressure. Thread-safe.
class Courtesy {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Courtesy(std::string path = "/proc/pressure/io") : path_(std::move(path)) {}

    /// Where the kernel keeps no such file, or it cannot be read, there is none: who counts less
    /// politely than he could still counts right.
    double pressure(Clock::time_point now) noexcept;

  private:
    /// The kernel looks every two seconds.
    static constexpr std::chrono::seconds between_looks{1};

    const std::string path_;
    std::mutex mutex_;
    Clock::time_point looked_at_{};
    std::string text_;
    std::atomic<double> pressure_ = 0;
};

}  // namespace jts::hot_storage::sys
