#include "sys/wait_gauge.hpp"

namespace jts::hot_storage::sys {

bool WaitGauge::waits(Time wall, Time computed) {
    const bool waited = (computed - computed_) * 2 < wall - wall_ - idle_;
    const bool answer = waited && waited_before_;
    waited_before_ = waited;
    wall_ = wall;
    computed_ = computed;
    idle_ = Time{0};
    return answer;
}

}  // namespace jts::hot_storage::sys
