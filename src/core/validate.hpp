/// Validate's findings: one pure function. Whatever a plan would change or must refuse is `fail`,
/// so that Validate and Provision cannot disagree; what is right is reported as `pass`.
#pragma once

#include <vector>

#include "core/inspection.hpp"
#include "core/layout.hpp"
#include "core/layout_reader.hpp"
#include "core/observation.hpp"
#include "core/plan.hpp"

namespace jts::hot_storage {

struct ValidationInput {
    const Layout& layout;
    const std::vector<RejectedFile>& rejected;
    const Observation&
        observation;   ///< of `services`, with what lies below as far as it was walked
    const Plan& plan;  ///< make_plan of the three
    const Inspection& inspection;
    /// What the probe found; nothing where it was not asked for.
    const std::optional<std::vector<ProbeResult>>& probes;
    const std::vector<std::string>& services;  ///< empty = all
};

/// In a stable order: host and layout, base, then service by service. With names from inside the
/// tree (`examples`).
ValidationReport validate(const ValidationInput& input);

/// For callers who may not see names from inside the tree.
ValidationReport without_names(ValidationReport report);

/// Every check's id, in the order of the manual page.
std::vector<std::string_view> check_ids();

}  // namespace jts::hot_storage
