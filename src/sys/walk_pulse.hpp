/// What one worker of a walk does between entries: it rests where the walk is polite, and calls for
/// more workers where its calls wait for the disk.
#pragma once

#include "sys/courtesy.hpp"
#include "sys/fd.hpp"
#include "sys/wait_gauge.hpp"
#include "sys/walk_crew.hpp"

namespace jts::hot_storage::sys {

class WalkPulse {
  public:
    /// In the worker's own thread.
    explicit WalkPulse(WalkCrew& crew);

    /// The worker waited for work since then.
    void worked_again(std::chrono::steady_clock::time_point since);

    /// After each entry; looks at the clock after some.
    void beat() {
        if (++entries_ == entries_a_look) look();
    }

  private:
    using Clock = std::chrono::steady_clock;
    /// Of a warm tree, a look at the clock is a hundredth of so many; of a cold one, they last
    /// some milliseconds.
    static constexpr unsigned entries_a_look = 32;
    static constexpr std::chrono::milliseconds turn{20};

    void look();
    WaitGauge::Time time_computed();
    void rest(Clock::time_point now);

    WalkCrew& crew_;
    Fd schedstat_;  ///< the thread's own; empty where the kernel keeps none
    WaitGauge gauge_;
    Clock::time_point rested_at_;
    unsigned entries_ = 0;
};

}  // namespace jts::hot_storage::sys
