/// From a look and a survey to what a caller may see.
#pragma once

#include <vector>

#include "engine/storage.hpp"
#include "engine/surveys.hpp"

namespace jts::hot_storage::engine {

/// Adds what lies below to what was looked at, and plans anew.
void take_below(const sys::Survey& survey, Looked& looked);

/// Throws Error(failed) where owners matter and something could not be read: what is planned from
/// the rest would be a guess.
void expect_readable(const sys::Survey& survey, const Looked& looked);

/// Without names from inside the tree.
std::vector<Change> without_examples(std::vector<Change> changes);

PlanReport without_names(PlanReport report);
UsageReport without_names(UsageReport report);

/// The plan's report with its digest, and with names. `looked` holds what lies below.
PlanReport plan_report(const Looked& looked);

/// What was counted, of the services that were looked at, against the layout.
UsageReport usage_report(const Layout& layout, const std::vector<std::string>& services,
                         const DatedSurvey& survey);

}  // namespace jts::hot_storage::engine
