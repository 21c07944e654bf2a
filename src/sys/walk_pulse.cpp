#include "sys/walk_pulse.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <thread>

namespace jts::hot_storage::sys {
namespace {

/// Time on a processor, time in wait for one, and a count of slices: nanoseconds since its start.
constexpr const char* own_schedstat = "/proc/thread-self/schedstat";

WaitGauge::Time time_waited_for_processor(int schedstat) {
    char text[96];
    const ssize_t size = ::pread(schedstat, text, sizeof text, 0);
    const std::string_view seen(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    std::int64_t waited = 0;
    if (const auto at = seen.find(' '); at != std::string_view::npos)
        std::from_chars(seen.data() + at + 1, seen.data() + seen.size(), waited);
    return WaitGauge::Time(waited);
}

}  // namespace

WalkPulse::WalkPulse(WalkCrew& crew)
    : crew_(crew),
      schedstat_(::open(own_schedstat, O_RDONLY | O_CLOEXEC)),
      gauge_(Clock::now().time_since_epoch(), time_computed()),
      rested_at_(Clock::now()) {}

WaitGauge::Time WalkPulse::time_computed() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec) +
           time_waited_for_processor(schedstat_.get());
}

void WalkPulse::worked_again(Clock::time_point since) {
    const auto idle = Clock::now() - since;
    gauge_.leave_out(idle);
    rested_at_ += idle;
}

void WalkPulse::look() {
    entries_ = 0;
    const auto now = Clock::now();
    if (crew_.courtesy() != nullptr) {
        if (now - rested_at_ >= turn) rest(now);
    } else if (crew_.may_grow() && gauge_.is_due(now.time_since_epoch()) &&
               gauge_.waits(now.time_since_epoch(), time_computed())) {
        crew_.grow();
    }
}

/// In naps, so that whoever cancels the walk does not wait for its rest.
void WalkPulse::rest(Clock::time_point now) {
    constexpr std::chrono::milliseconds nap{20};
    const auto work = std::chrono::duration_cast<std::chrono::microseconds>(now - rested_at_);
    const auto end = now + rest_after(work, crew_.courtesy()->pressure(now));
    for (auto time = now; time < end && !crew_.is_stopping(); time = Clock::now())
        std::this_thread::sleep_for(std::min<Clock::duration>(end - time, nap));
    rested_at_ = Clock::now();
}

}  // namespace jts::hot_storage::sys
