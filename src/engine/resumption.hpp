/// What is left to do of a change that was interrupted. Pure.
#pragma once

#include <vector>

#include "core/plan.hpp"
#include "engine/change_record.hpp"

namespace jts::hot_storage::engine {

/// Of a plan made anew by the change's own layout: what the interrupted plan held, too, or what a
/// step of it left half done (a directory that was made and not yet given to anybody). What differs
/// from the layout for another reason was not asked for, and is left out.
Plan resumed(Plan plan, const std::vector<RecordedChange>& interrupted);

}  // namespace jts::hot_storage::engine
