#include <algorithm>
#include <array>

#include "client/exposition.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr double SecondsPerDay = 24 * 3600;
constexpr std::array EveryLevel{Level::ok, Level::warning, Level::critical};

/// Nothing: there is no sample.
using Value = std::optional<double>;

/// A family with one sample, at most, of each subject.
template <typename Subject>
struct Gauge {
    const char* name;
    const char* help;
    Value (*value)(const Subject&);
};

struct CountedService {
    std::string name;
    const ServiceUsage& usage;
    Value warning_percent;
    Value critical_percent;
};

struct CountedFilesystem {
    const FilesystemUsage& usage;
    Value warning_percent;
    Value critical_percent;
};

Value as_number(std::uint64_t number) {
    return static_cast<double>(number);
}

Value as_number_unless_zero(std::uint64_t number) {
    return number > 0 ? as_number(number) : std::nullopt;
}

Value as_ratio(Value percent) {
    return percent ? Value(*percent / 100) : std::nullopt;
}

Value as_seconds(const std::optional<std::uint64_t>& usec) {
    return usec ? Value(static_cast<double>(*usec) / 1e6) : std::nullopt;
}

/// Per second, since seconds are Prometheus' base unit: so it compares with deriv() and rate(), and
/// dashboards know how to show it.
Value growth_in(const std::optional<Forecast>& forecast) {
    return forecast ? Value(forecast->growth_bytes_per_day / SecondsPerDay) : std::nullopt;
}

Value time_full_in(const std::optional<Forecast>& forecast) {
    return forecast ? as_seconds(forecast->full_at) : std::nullopt;
}

constexpr Gauge<CountedService> ServiceGauges[] = {
    {"service_used_bytes", "Allocated space of what lies below the service's directory.",
     [](const CountedService& one) { return as_number(one.usage.used_bytes); }},
    {"service_apparent_bytes", "Sizes of the service's files and symbolic links.",
     [](const CountedService& one) { return as_number(one.usage.apparent_bytes); }},
    {"service_inodes", "Inodes that the service occupies.",
     [](const CountedService& one) { return as_number(one.usage.inodes); }},
    {"service_planned_bytes", "Space that is planned for the service; absent where none is.",
     [](const CountedService& one) { return as_number_unless_zero(one.usage.planned_bytes); }},
    {"service_warning_ratio", "Share of the plan from which the level is warning.",
     [](const CountedService& one) { return as_ratio(one.warning_percent); }},
    {"service_critical_ratio", "Share of the plan from which the level is critical.",
     [](const CountedService& one) { return as_ratio(one.critical_percent); }},
    {"service_growth_bytes_per_second",
     "Growth by the trend of the history, below 0 where it shrinks; absent where that is too "
     "short.",
     [](const CountedService& one) { return growth_in(one.usage.forecast); }},
    {"service_full_timestamp_seconds",
     "When the plan is used up if it goes on so; absent where that is not to be foreseen.",
     [](const CountedService& one) { return time_full_in(one.usage.forecast); }},
    {"service_sampled_timestamp_seconds", "When the count began.",
     [](const CountedService& one) { return as_seconds(one.usage.sampled_at); }},
    {"service_incomplete", "1 where something could not be read and is not counted.",
     [](const CountedService& one) { return Value(one.usage.incomplete ? 1 : 0); }},
};

constexpr Gauge<CountedFilesystem> FilesystemGauges[] = {
    {"filesystem_capacity_bytes", "Size of the file system.",
     [](const CountedFilesystem& one) { return as_number(one.usage.capacity_bytes); }},
    {"filesystem_available_bytes", "Space that others than root can still use.",
     [](const CountedFilesystem& one) { return as_number(one.usage.available_bytes); }},
    {"filesystem_used_bytes", "Space that is used.",
     [](const CountedFilesystem& one) { return as_number(one.usage.used_bytes); }},
    {"filesystem_planned_bytes", "Space that is planned for the services on the file system.",
     [](const CountedFilesystem& one) { return as_number(one.usage.planned_bytes); }},
    {"filesystem_reserve_bytes", "Space that the layout wants to stay free.",
     [](const CountedFilesystem& one) { return as_number(one.usage.reserve_bytes); }},
    {"filesystem_inodes", "Inodes of the file system; absent where their number is not fixed.",
     [](const CountedFilesystem& one) { return as_number_unless_zero(one.usage.inodes_total); }},
    {"filesystem_inodes_free", "Inodes that are free; absent where their number is not fixed.",
     [](const CountedFilesystem& one) {
         return one.usage.inodes_total > 0 ? as_number(one.usage.inodes_free) : std::nullopt;
     }},
    {"filesystem_warning_ratio",
     "Share of what others than root can use, from which the level is warning.",
     [](const CountedFilesystem& one) { return as_ratio(one.warning_percent); }},
    {"filesystem_critical_ratio",
     "Share of what others than root can use, from which the level is critical.",
     [](const CountedFilesystem& one) { return as_ratio(one.critical_percent); }},
    {"filesystem_growth_bytes_per_second",
     "Growth by the trend of the history, below 0 where it shrinks; absent where that is too "
     "short.",
     [](const CountedFilesystem& one) { return growth_in(one.usage.forecast); }},
    {"filesystem_full_timestamp_seconds",
     "When others than root have nothing left if it goes on so; absent where that is not to be "
     "foreseen.",
     [](const CountedFilesystem& one) { return time_full_in(one.usage.forecast); }},
};

Labels labels_of(const CountedService& service) {
    return {{"service", service.name}};
}

/// Named as node_exporter names them, so that its series and these join.
Labels labels_of(const CountedFilesystem& filesystem) {
    return {{"mountpoint", filesystem.usage.mount_point},
            {"fstype", filesystem.usage.type},
            {"device", filesystem.usage.source}};
}

Labels with_label(Labels labels, const char* name, std::string_view value) {
    labels.emplace_back(name, value);
    return labels;
}

void begin_family(Exposition& out, const char* name, std::string_view help) {
    out.begin(std::string("jts_hot_storage_") + name, help);
}

/// Each level is a series, 1 where it is reached and 0 where it is not: `{level="critical"} == 1`
/// reads as it is meant, and numbers for levels would not.
template <typename Subject>
void add_levels(Exposition& out, const char* name, const std::vector<Subject>& subjects) {
    begin_family(out, name, "1 for the level that is reached, by the layout's thresholds.");
    for (const Subject& subject : subjects)
        for (const Level level : EveryLevel)
            out.sample(with_label(labels_of(subject), "level", to_string(level)),
                       subject.usage.level == level ? 1 : 0);
}

template <typename Subject, std::size_t Count>
void add_gauges(Exposition& out, const Gauge<Subject> (&gauges)[Count],
                const std::vector<Subject>& subjects) {
    for (const auto& gauge : gauges) {
        begin_family(out, gauge.name, gauge.help);
        for (const Subject& subject : subjects)
            if (const Value value = gauge.value(subject)) out.sample(labels_of(subject), *value);
    }
}

void add_status(Exposition& out, const ServiceStatus& status) {
    begin_family(out, "build_info", "1, with the version of the service.");
    out.sample({{"version", status.version}}, 1);
    begin_family(out, "health", "1 for the state in which the hot storage is.");
    std::vector<std::string> states{"ok",         "degraded", "critical", "unprovisioned",
                                    "recovering", "unknown"};
    if (std::ranges::find(states, status.health) == states.end()) states.push_back(status.health);
    for (const std::string& state : states)
        out.sample({{"state", state}}, state == status.health ? 1 : 0);
    begin_family(out, "alert", "1 for each alert that stands.");
    for (const Alert& alert : status.alerts)
        out.sample(
            {{"subject", alert.subject}, {"severity", std::string(to_string(alert.severity))}}, 1);
}

/// Without a count its families have no samples, and this one says why.
void add_usage_success(Exposition& out, const MetricsView& view) {
    begin_family(out, "usage_success", "1 where usage could be had, 0 where nothing tells of it.");
    out.sample({}, view.usage ? 1 : 0);
}

std::vector<CountedService> counted_services(const MetricsView& view) {
    const auto percent_in = [](const PercentThresholds& thresholds, const std::string& name) {
        const auto found = thresholds.services.find(name);
        return found == thresholds.services.end() ? Value() : Value(found->second);
    };
    std::vector<CountedService> services;
    if (!view.usage) return services;
    for (const auto& [name, usage] : view.usage->services)
        services.push_back(
            {name, usage, percent_in(view.warning, name), percent_in(view.critical, name)});
    return services;
}

std::vector<CountedFilesystem> counted_filesystems(const MetricsView& view) {
    std::vector<CountedFilesystem> filesystems;
    if (!view.usage) return filesystems;
    for (const FilesystemUsage& usage : view.usage->filesystems)
        filesystems.push_back({usage, view.warning.filesystems, view.critical.filesystems});
    return filesystems;
}

}  // namespace

std::string metrics_text(const MetricsView& view) {
    const auto services = counted_services(view);
    const auto filesystems = counted_filesystems(view);
    Exposition out;
    add_status(out, view.status);
    add_usage_success(out, view);
    add_gauges(out, ServiceGauges, services);
    add_levels(out, "service_level", services);
    add_gauges(out, FilesystemGauges, filesystems);
    add_levels(out, "filesystem_level", filesystems);
    return out.text();
}

}  // namespace jts::hot_storage::client
