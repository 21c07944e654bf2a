#include "sys/walk_pulse.hpp"

#include <algorithm>
#include <ctime>
#include <thread>

namespace jts::hot_storage::sys {
namespace {

WaitGauge::Time time_computed() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

WalkPulse::WalkPulse(WalkCrew& crew)
    : crew_(crew),
      gauge_(Clock::now().time_since_epoch(), time_computed()),
      rested_at_(Clock::now()) {}

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
