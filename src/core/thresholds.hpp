/// Levels: one place says when something is `ok`, so that GetUsage, Validate and alerts agree.
#pragma once

#include "core/layout.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// A level begins at its threshold.
Level level_at_percent(const Thresholds& thresholds, double percent) noexcept;
Level level_at_bytes(const Thresholds& thresholds, std::uint64_t bytes) noexcept;

/// A level begins with fewer days than its threshold: with 0 it never does.
Level level_with_days_left(const Thresholds& thresholds, double days) noexcept;

/// The thresholds under which a level that was reached is left again: percent less the hysteresis'
/// points; bytes less so many percent of themselves; days a quarter more, at least one, since what
/// a forecast is wrong by grows with how far it looks.
Thresholds less_hysteresis(Thresholds thresholds) noexcept;

}  // namespace jts::hot_storage
