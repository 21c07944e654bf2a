/// A history of used bytes by days: what a forecast is made from. Private to the forecast.
#pragma once

#include <vector>

#include "core/forecast.hpp"
#include "core/theil_sen.hpp"

namespace jts::hot_storage {

/// Each whole day before the latest point, the oldest day first: the medians of its points' times
/// (days before the latest point, hence not above 0) and of their bytes (over the series' first).
/// At most `forecast_days`; a day without a point is left out, and so is one that the series does
/// not cover whole. What comes and goes within a day, such as compaction and log rotation, is gone,
/// and a day that was sampled often counts no more than any other.
std::vector<Point> days_of(const std::vector<UsagePoint>& ascending);

/// What follows the last step: a change of the level to which the series does not come back, such
/// as a deletion or a restore. docs/decisions/0016 says what counts as one.
std::vector<Point> after_last_step(std::vector<Point> days);

}  // namespace jts::hot_storage
