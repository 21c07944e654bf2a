/// What rollbacks would do, as it was found lately: anybody may ask, as often as he likes (T48).
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "engine/undo.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::engine {

struct Rehearsal {
    RollbackReport report;  ///< without what is not restored
    UndoReport undone;
};

/// Thread-safe.
class Rehearsals {
  public:
    static constexpr std::chrono::seconds kept_for{60};
    static constexpr std::size_t most = 16;

    /// `stage`: of the changes (Changes::quiet_stage); of another one nothing is known.
    std::optional<Rehearsal> find(const std::string& change_id, std::uint64_t stage) const;
    void keep(const std::string& change_id, std::uint64_t stage, const Rehearsal& rehearsal);

  private:
    struct Kept {
        std::string change_id;
        std::uint64_t stage;
        std::chrono::steady_clock::time_point at;
        Rehearsal rehearsal;
    };

    mutable std::mutex mutex_;
    std::deque<Kept> kept_;  ///< the latest first
};

}  // namespace jts::hot_storage::engine
