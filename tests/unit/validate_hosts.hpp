/// A host to be validated: what there is to look at, with everything in order until a test says
/// otherwise.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/validate.hpp"
#include "support/layouts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {

struct ValidatedHost {
    Layout layout = small_layout();
    Observation observation = provisioned_host(layout);
    std::vector<RejectedFile> rejected;
    Inspection inspection = clean_inspection();
    std::optional<std::vector<ProbeResult>> probes;
    std::vector<std::string> services;

    static Inspection clean_inspection();
    Plan plan() const { return make_plan(layout, observation, services); }
    ValidationReport validated() const;

    EntryState& entry(const DirectoryKey& key) { return observation.directories.at(key).entry; }
    BelowState& below(const DirectoryKey& key) { return observation.directories.at(key).below; }
    User& user(const std::string& name);
};

/// "result check subject" of each finding that is no pass.
std::vector<std::string> complaints(const ValidationReport& report);

/// The one finding of this check about this subject; a failure where there are none or several.
Finding finding_of(const ValidationReport& report, const std::string& check,
                   const std::string& subject);

bool has_finding(const ValidationReport& report, CheckResult result, const std::string& subject);

}  // namespace jts::hot_storage::test
