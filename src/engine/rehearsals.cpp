#include "engine/rehearsals.hpp"

#include <algorithm>

namespace jts::hot_storage::engine {

std::optional<Rehearsal> Rehearsals::find(const std::string& change_id, std::uint64_t stage) const {
    const auto oldest = std::chrono::steady_clock::now() - kept_for;
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(kept_, [&](const Kept& one) {
        return one.change_id == change_id && one.stage == stage && one.at >= oldest;
    });
    return found != kept_.end() ? std::optional(found->rehearsal) : std::nullopt;
}

void Rehearsals::keep(const std::string& change_id, std::uint64_t stage,
                      const Rehearsal& rehearsal) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    kept_.push_front({change_id, stage, now, rehearsal});
    if (kept_.size() > most) kept_.pop_back();
}

}  // namespace jts::hot_storage::engine
