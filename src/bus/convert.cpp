#include "bus/convert.hpp"

#include "bus/compat.hpp"

namespace jts::hot_storage::bus {

using sdbus::Variant;

Dict to_dict(const Change& change) {
    Dict dict{{"kind", Variant(std::string(to_string(change.kind)))},
              {"service", Variant(change.service)},
              {"subject", Variant(change.subject)},
              {"current", Variant(change.current)},
              {"desired", Variant(change.desired)}};
    if (change.kind == ChangeKind::set_owner_below) {
        dict.emplace("entries", Variant(change.entries));
        if (!change.examples.empty()) dict.emplace("examples", Variant(change.examples));
    }
    return dict;
}

Dict to_dict(const Refusal& refusal) {
    return {{"service", Variant(refusal.service)},
            {"subject", Variant(refusal.subject)},
            {"reason", Variant(refusal.reason)}};
}

Dict to_dict(const ProvisionReport& report) {
    return {{"change_id", Variant(report.change_id)},
            {"digest", Variant(report.digest)},
            {"applied", Variant(report.applied)},
            {"unchanged", Variant(report.unchanged)},
            {"changes", Variant(to_dicts(report.changes))},
            {"refused", Variant(to_dicts(report.refused))}};
}

Dict to_dict(const AppliedChange& change) {
    Dict dict{{"change_id", Variant(change.change_id)},
              {"operation", Variant(change.operation)},
              {"caller_uid", Variant(change.caller_uid)},
              {"started_at", Variant(change.started_at)},
              {"ended_at", Variant(change.ended_at)},
              {"outcome", Variant(change.outcome)},
              {"digest", Variant(change.digest)},
              {"applied", Variant(change.applied)},
              {"changes", Variant(to_dicts(change.changes))}};
    if (!change.rolled_back_by.empty())
        dict.emplace("rolled_back_by", Variant(change.rolled_back_by));
    return dict;
}

Dict to_dict(const RollbackReport& report) {
    return {{"change_id", Variant(report.change_id)},
            {"restored", Variant(report.restored)},
            {"not_restored", Variant(to_dicts(report.not_restored))},
            {"kept", Variant(report.kept)}};
}

Dict to_dict(const Finding& finding) {
    Dict dict{{"check", Variant(finding.check)},
              {"result", Variant(std::string(to_string(finding.result)))},
              {"service", Variant(finding.service)},
              {"subject", Variant(finding.subject)},
              {"expected", Variant(finding.expected)},
              {"actual", Variant(finding.actual)},
              {"message", Variant(finding.message)},
              {"fix", Variant(finding.fix)}};
    if (finding.entries != 0) dict.emplace("entries", Variant(finding.entries));
    if (!finding.examples.empty()) dict.emplace("examples", Variant(finding.examples));
    if (finding.latency_usec) dict.emplace("latency_usec", Variant(*finding.latency_usec));
    return dict;
}

Dict to_dict(const ValidationReport& report) {
    return {{"ok", Variant(report.ok())},
            {"passed", Variant(report.count(CheckResult::pass))},
            {"warnings", Variant(report.count(CheckResult::warn))},
            {"failed", Variant(report.count(CheckResult::fail))},
            {"skipped", Variant(report.count(CheckResult::skip))},
            {"findings", Variant(to_dicts(report.findings))}};
}

Dict to_dict(const SampleReport& report) {
    return {{"sampled_at", Variant(report.sampled_at)},
            {"services", Variant(report.services)},
            {"incomplete", Variant(report.incomplete)}};
}

Dict to_dict(const Alert& alert) {
    return {{"subject", Variant(alert.subject)},
            {"severity", Variant(std::string(to_string(alert.severity)))},
            {"since", Variant(alert.since)},
            {"value", Variant(alert.value)},
            {"threshold", Variant(alert.threshold)},
            {"message", Variant(alert.message)}};
}

namespace {

/// Nothing where the history is too short.
void add_forecast(Dict& dict, const std::optional<Forecast>& forecast) {
    if (!forecast) return;
    dict.emplace("growth_bytes_per_day", Variant(forecast->growth_bytes_per_day));
    dict.emplace("growth_low", Variant(forecast->growth_low));
    dict.emplace("growth_high", Variant(forecast->growth_high));
    const auto add_time = [&](const char* key, const std::optional<std::uint64_t>& time) {
        if (time) dict.emplace(key, Variant(*time));
    };
    add_time("full_at", forecast->full_at);
    add_time("full_early", forecast->full_early);
    add_time("full_late", forecast->full_late);
}

}  // namespace

Dict to_dict(const DirectoryUsage& directory) {
    Dict dict{{"path", Variant(directory.path)}, {"used_bytes", Variant(directory.used_bytes)}};
    if (directory.growth_bytes_per_day)
        dict.emplace("growth_bytes_per_day", Variant(*directory.growth_bytes_per_day));
    return dict;
}

Dict to_dict(const ServiceUsage& usage) {
    Dict dict{{"path", Variant(usage.path)},
              {"mount_point", Variant(usage.mount_point)},
              {"used_bytes", Variant(usage.used_bytes)},
              {"apparent_bytes", Variant(usage.apparent_bytes)},
              {"inodes", Variant(usage.inodes)},
              {"planned_bytes", Variant(usage.planned_bytes)},
              {"percent_of_plan", Variant(usage.percent_of_plan)},
              {"level", Variant(std::string(to_string(usage.level)))},
              {"method", Variant(usage.method)},
              {"sampled_at", Variant(usage.sampled_at)},
              {"incomplete", Variant(usage.incomplete)},
              {"mounts_skipped", Variant(usage.mounts_skipped)}};
    add_forecast(dict, usage.forecast);
    if (usage.top) {
        dict.emplace("top_directories", Variant(to_dicts(usage.top->directories)));
        dict.emplace("top_incomplete", Variant(usage.top->incomplete));
    }
    return dict;
}

Dict to_dict(const FilesystemUsage& filesystem) {
    Dict dict{{"mount_point", Variant(filesystem.mount_point)},
              {"type", Variant(filesystem.type)},
              {"source", Variant(filesystem.source)},
              {"capacity_bytes", Variant(filesystem.capacity_bytes)},
              {"available_bytes", Variant(filesystem.available_bytes)},
              {"used_bytes", Variant(filesystem.used_bytes)},
              {"planned_bytes", Variant(filesystem.planned_bytes)},
              {"reserve_bytes", Variant(filesystem.reserve_bytes)},
              {"inodes_total", Variant(filesystem.inodes_total)},
              {"inodes_free", Variant(filesystem.inodes_free)},
              {"level", Variant(std::string(to_string(filesystem.level)))}};
    add_forecast(dict, filesystem.forecast);
    return dict;
}

std::map<std::string, Dict> to_dicts(const std::map<std::string, ServiceUsage>& services) {
    std::map<std::string, Dict> dicts;
    for (const auto& [name, usage] : services) dicts.emplace(name, to_dict(usage));
    return dicts;
}

std::vector<HistoryStruct> to_structs(const std::vector<HistoryPoint>& points) {
    std::vector<HistoryStruct> structs;
    structs.reserve(points.size());
    for (const auto& [time, used, apparent, inodes] : points)
        structs.emplace_back(time, used, apparent, inodes);
    return structs;
}

namespace {

struct ByName {
    Dict operator()(const PlanReport& plan) const {
        return {{"digest", Variant(plan.digest)}, {"changes", Variant(to_dicts(plan.changes))}};
    }
    Dict operator()(const UsageReport& usage) const {
        return {{"services", Variant(to_dicts(usage.services))},
                {"filesystems", Variant(to_dicts(usage.filesystems))}};
    }
    template <typename Report>
    Dict operator()(const Report& report) const {
        return to_dict(report);
    }
};

}  // namespace

Dict to_dict(const engine::JobResult& result) {
    return std::visit(ByName{}, result);
}

sdbus::Error to_bus_error(const Error& error) {
    return sdbus::Error(compat::ErrorName(std::string(bus_error_name(error.code()))), error.what());
}

}  // namespace jts::hot_storage::bus
