/// One walk that tells everything about what lies below declared directories: whose it is, how much
/// room it takes, which links lead out. Plan, Validate and GetUsage are views of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/directory_totals.hpp"
#include "core/inspection.hpp"
#include "core/layout.hpp"
#include "core/observation.hpp"
#include "jts/hot_storage/error.hpp"
#include "sys/below.hpp"
#include "sys/directory_names.hpp"

namespace jts::hot_storage::sys {

/// A declared directory that is there, with everything that a survey's answer about it depends on.
struct SurveySubject {
    DirectoryKey key;
    Identity identity;
    std::optional<Want> want;  ///< whose it is to be below; nothing: whose it is does not matter

    bool operator==(const SurveySubject&) const = default;
};

/// Those of the named services (all where empty), in the layout's order.
std::vector<SurveySubject> survey_subjects(const Layout& layout, const Observation& observation,
                                           const std::vector<std::string>& services);

struct SurveyOptions {
    BelowOptions below;
    /// Also what lies below directories whose owners do not matter, how much room everything takes,
    /// and which links lead out.
    bool counts_space = false;
    std::size_t max_directories = DirectoryBudget::default_total;  ///< told apart
};

struct Survey {
    std::map<DirectoryKey, BelowState> below;   ///< where owners matter
    std::map<DirectoryKey, Counted> links_out;  ///< symlinks that leave their service
    std::map<DirectoryKey, Error> unreadable;   ///< the first error met below
    std::vector<DirectoryKey> lost_found;       ///< directories that hold a `lost+found`
    /// What was counted; what the layout says of it is make_usage's to fill in. A service's
    /// `sampled_at` is left 0. Services that were not asked for are there with their mount point
    /// alone, since their plans count, too.
    UsageReport counted;
    /// With it, by service: names from inside the tree, which not everybody may see.
    std::map<std::string, DirectoryTotals> directories;
};

/// `observation` must come from `observe_declared` with the same layout and services. Throws
/// `Error(cancelled)` when stopped.
Survey survey(const Layout& layout, const Observation& observation,
              const std::vector<std::string>& services, const SurveyOptions& options,
              const std::stop_token& stop);

/// Entries right in the base that are no service's directory. Throws `Error(failed)`.
Counted look_for_unmanaged(const Layout& layout);

}  // namespace jts::hot_storage::sys
