/// Gathers what Validate looks at beyond a plan.
#pragma once

#include "core/inspection.hpp"
#include "engine/ports.hpp"
#include "engine/views.hpp"

namespace jts::hot_storage::engine {

/// Of the services that were looked at. `survey`: nothing where the tree was not to be walked.
/// Blocks on systemd; workers only. What cannot be looked at is in the result.
Inspection inspect(const Looked& looked, const DatedSurvey* survey, Units& units,
                   RecordsFacts records);

}  // namespace jts::hot_storage::engine
