/// What is shown for each answer of the service: text for people, JSON for programs. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/console.hpp"
#include "client/json.hpp"
#include "client/size_text.hpp"
#include "client/table.hpp"
#include "client/thresholds.hpp"
#include "core/layout_reader.hpp"
#include "jts/hot_storage/client.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::client {

std::string status_text(const ServiceStatus& status, const Style& style);
Json status_json(const ServiceStatus& status);

/// The changes as a table, one row each; nothing where there are none.
std::string plan_text(const std::vector<Change>& changes, const Style& style);
Json plan_json(const PlanReport& plan);
Json changes_json(const std::vector<Change>& changes);
/// "1 change", "12 changes".
std::string count_of_changes(std::size_t count);

std::string provision_text(const ProvisionReport& report, const Style& style);
Json provision_json(const ProvisionReport& report);

Json refused_json(const std::vector<Refusal>& refused);

std::string changes_text(const std::vector<AppliedChange>& changes, const Style& style);
Json applied_changes_json(const std::vector<AppliedChange>& changes);
std::string rollback_text(const RollbackReport& report, const Style& style);
Json rollback_json(const RollbackReport& report);

/// The findings as a table, those that passed only where wanted; then what to do about them.
std::string validation_text(const ValidationReport& report, bool with_passes, const Style& style);
/// `2 failed, 1 warning, 40 passed, 3 skipped`.
std::string validation_summary(const ValidationReport& report);
Json validation_json(const ValidationReport& report);

/// Services, then file systems, then for each service that has any its top directories. An
/// incomplete count is marked by a `+`.
///
/// `now`: microseconds since the epoch, for the counts' age and the time left.
struct UsageView {
    SizeForm form = SizeForm::iec;
    std::uint64_t now = 0;
    /// Where the bars are marked, in percent of the plan, by the service's name.
    std::map<std::string, unsigned> warning_percent;
    unsigned filesystem_warning_percent = 0;  ///< 0: no mark
};
std::string usage_text(const UsageReport& report, const UsageView& view, const Style& style);
Json service_usage_json(const ServiceUsage& usage);
Json usage_json(const UsageReport& report);

/// How fast services and file systems grow, and when they are full. Where the history is too short,
/// nothing is known.
std::string forecast_text(const UsageReport& report, SizeForm form, const Style& style);
Json forecast_json(const UsageReport& report);
/// Growth and times, as usage and forecast have them; nothing where the history is too short.
void add_forecast(Json& document, const std::optional<Forecast>& forecast);
/// `+1.2GiB`, `-3.0MiB`; nothing where the history is too short.
std::string growth_text(const std::optional<Forecast>& forecast, SizeForm form);
std::string growth_text(const std::optional<double>& bytes_per_day, SizeForm form);

std::string alerts_text(const std::vector<Alert>& alerts, const Style& style);
Json alerts_json(const std::vector<Alert>& alerts);
/// A list alone, for a member of another document.
Json list_of_alerts(const std::vector<Alert>& alerts);
Tone tone_of(Level level);

/// One line for each event, with the time at which it came.
std::string event_text(const Event& event, std::uint64_t time, SizeForm form);
Json event_json(const Event& event, std::uint64_t time);

/// Everything that Prometheus is told, in its text format.
struct MetricsView {
    ServiceStatus status;
    std::optional<UsageReport> usage;  ///< nothing: it could not be had
    PercentThresholds warning;
    PercentThresholds critical;
};
std::string metrics_text(const MetricsView& view);

std::string sample_text(const SampleReport& report, const Style& style);
Json sample_json(const SampleReport& report);

/// Series in the order in which they are shown, by the service's name; empty: the base's file
/// system.
using HistoryReport = std::vector<std::pair<std::string, std::vector<HistoryPoint>>>;
/// A row for each series that has points, with its trend.
std::string history_text(const HistoryReport& report, SizeForm form, const Style& style);
/// A row for each point.
std::string points_text(const HistoryReport& report, SizeForm form, const Style& style);
Json history_json(const HistoryReport& report);
std::string history_csv(const HistoryReport& report, bool legend);

std::string jobs_text(const std::vector<JobStatus>& jobs, const Style& style);
std::string job_text(const JobStatus& job, SizeForm form, const Style& style);
Json jobs_json(const std::vector<JobStatus>& jobs);
Json job_json(const JobStatus& job);
/// The state and the members of the result, lists by their length.
std::string job_result_text(const Client::JobResult& result, const Style& style);
Json job_result_json(const std::string& id, const Client::JobResult& result);

/// `document` is the service's, as it came: `layout` and `sources`. Throws `Error(failed)` where it
/// is no such document.
Json layout_json(const std::string& document);
/// The declared directories of such a document as a table, with the files that set their values.
std::string layout_text(const Json& document, const Style& style);

/// `file: pointer: reason`, and without a pointer `file: reason`.
std::string rejected_line(const RejectedFile& rejected);
Json rejected_json(const std::vector<RejectedFile>& rejected);

}  // namespace jts::hot_storage::client
