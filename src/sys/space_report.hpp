/// After a survey: how much room each service takes, and the file systems they lie on.
#pragma once

#include <string>
#include <vector>

#include "sys/surveyor.hpp"

namespace jts::hot_storage::sys {

/// Adds up what the workers counted of the named services (all where empty); of the others, where
/// they lie. Throws `Error(failed)` where the base's file system cannot be looked at.
UsageReport space_report(const Layout& layout, const std::vector<std::string>& services,
                         const SurveyRun& run, const std::vector<Surveyor>& workers);

}  // namespace jts::hot_storage::sys
