/// Random layouts and hosts, for use inside properties (rapidcheck).
#pragma once

#include <rapidcheck.h>

#include "core/layout.hpp"
#include "core/observation.hpp"

namespace jts::hot_storage::test {

struct Case {
    Layout layout;
    Observation host;
};

/// Any layout, on a host with a safe base and anything below it.
Case any_case();

/// The same, drawn again until the condition holds: whatever the seed, no property gives up for
/// want of cases.
template <typename Condition>
Case any_case_where(const Condition& condition) {
    auto any = any_case();
    for (int draws = 1; draws < 1000 && !condition(any); ++draws) any = any_case();
    RC_PRE(condition(any));
    return any;
}

bool chance(int percent);

}  // namespace jts::hot_storage::test
