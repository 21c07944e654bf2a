/// After a survey: what becomes of foreign files with several names.
#pragma once

#include <string>
#include <vector>

#include "sys/surveyor.hpp"

namespace jts::hot_storage::sys {

/// Adds each file to the tally of the first root that has a name of it: foreign where all of its
/// names were found where they get one owner, and no process of that account runs; else refused.
void settle_links(const SurveyRun& run, const std::string& proc, std::vector<Tally>& tallies);

}  // namespace jts::hot_storage::sys
