#include "sys/walk_pulse.hpp"

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
    gauge_.leave_out(Clock::now() - since);
}

void WalkPulse::look() {
    entries_ = 0;
    const auto now = Clock::now();
    if (Courtesy* courtesy = crew_.courtesy()) {
        if (now - rested_at_ < turn) return;
        const auto work = std::chrono::duration_cast<std::chrono::microseconds>(turn);
        std::this_thread::sleep_for(rest_after(work, courtesy->pressure(now)));
        rested_at_ = Clock::now();
    } else if (crew_.may_grow() && gauge_.is_due(now.time_since_epoch()) &&
               gauge_.waits(now.time_since_epoch(), time_computed())) {
        crew_.grow();
    }
}

}  // namespace jts::hot_storage::sys
