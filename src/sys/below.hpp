/// What the observer's and the changer's steps below declared directories share, with everything
/// that tests want to set.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/observation.hpp"
#include "core/plan.hpp"
#include "sys/change_log.hpp"
#include "sys/declared.hpp"
#include "sys/hard_links.hpp"
#include "sys/ownership.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::sys {

struct BelowOptions {
    unsigned threads = polite_threads;  ///< at most
    WalkPace pace;                      ///< of walks that change nothing
    HostFacts facts;
    WalkLimits limits;
    std::size_t max_hard_links = HardLinks::default_limit;
    WalkMeter* meter = nullptr;
    ChangeLog* log = nullptr;  ///< where changes are recorded before they are made
};

/// `observe_below` of observer.hpp.
void look_below(const Layout& layout, Observation& observation,
                const std::vector<std::string>& services, const BelowOptions& options,
                const std::stop_token& stop);

/// Opens what is declared, for reading; empty where it is no directory now.
Fd open_declared(const Declared& declared);

}  // namespace jts::hot_storage::sys
