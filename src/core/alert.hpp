/// Alerts: what each sample makes of those before it. Pure: the time is passed in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// What a sample found. Where something is missing it was not looked at, and what is not known
/// neither raises an alert nor clears one.
struct AlertFacts {
    const Layout& layout;
    const UsageReport& usage;                            ///< make_usage of that layout
    const std::map<std::string, Forecast>& services;     ///< by name
    const std::map<std::string, Forecast>& filesystems;  ///< by mount point, as in `usage`
    /// By service, how many of its directories and accounts are not as the layout has them.
    const std::map<std::string, std::uint32_t>& drift;
    std::uint64_t now = 0;  ///< microseconds since the epoch
};

struct AlertEvent {
    enum class Kind { raised, cleared };
    Kind kind{};
    Alert alert;  ///< of a cleared one, as it stood last

    bool operator==(const AlertEvent&) const = default;
};

struct AlertsAfter {
    std::vector<Alert> alerts;       ///< that stand, by subject
    std::vector<AlertEvent> events;  ///< by subject; of one subject the clear before the raise

    bool operator==(const AlertsAfter&) const = default;
};

/// One alert a subject. It is raised by the first sample over a level and cleared by the first one
/// under it less the hysteresis (`less_hysteresis`); another severity is another alert: the
/// standing one is cleared, as it was raised, and the other raised, down again only under the
/// critical level less the hysteresis. So the raises and clears of a subject alternate, whatever
/// the samples.
///
/// - `usage.NAME`: the service's percent of its plan, and its bytes.
/// - `growth.NAME`, `growth.MOUNT`: days until the plan or the file system is full. Raised where
///   the forecast is certain (`full_at`); one that is not certain any more may clear but never
///   raises.
/// - `drift.NAME`: something is not as the layout has it; always a warning.
/// - `filesystem.MOUNT`: bytes and inodes. Its level, and the service's, are GetUsage's.
///
/// A service that the layout lacks has no alerts; nor has a file system that a report of every
/// service lacks. An incomplete count, which may be too small, raises and never clears. Alerts of
/// other kinds are left as they are. Precondition: `previous` has each subject once.
AlertsAfter next_alerts(const std::vector<Alert>& previous, const AlertFacts& facts);

}  // namespace jts::hot_storage
