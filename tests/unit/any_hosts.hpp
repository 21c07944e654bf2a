/// Random layouts and hosts, for use inside properties (rapidcheck).
#pragma once

#include "core/layout.hpp"
#include "core/observation.hpp"

namespace jts::hot_storage::test {

struct Case {
    Layout layout;
    Observation host;
};

/// Any layout, on a host with a safe base and anything below it.
Case any_case();

bool chance(int percent);

}  // namespace jts::hot_storage::test
