#include "core/alert_conditions.hpp"

#include <algorithm>
#include <optional>

#include "core/usage.hpp"

namespace jts::hot_storage {

namespace {

using Conditions = std::map<std::string, Condition>;

constexpr std::string_view usage_kind = "usage.", growth_kind = "growth.", drift_kind = "drift.",
                           filesystem_kind = "filesystem.";

std::string subject_of(std::string_view kind, const std::string& name) {
    return std::string(kind) + name;
}

void add_usage(Conditions& out, const ServiceSpec& service, const ServiceUsage& usage) {
    const auto& name = service.name;
    const auto& limits = service.thresholds;
    out[subject_of(usage_kind, name)] = {
        {percent_measure(limits, usage.percent_of_plan, name + "'s share of its plan is"),
         bytes_measure(limits, usage.used_bytes, name + " uses")},
        !usage.incomplete};
}

void add_growth(Conditions& out, const ServiceSpec& service, const ServiceUsage& usage,
                const AlertFacts& facts) {
    const auto found = facts.services.find(service.name);
    const bool is_known = found != facts.services.end();
    // Without a plan there is nothing to foretell, known or not.
    if (!is_known && service.planned_bytes > 0) return;
    const auto forecast = is_known ? found->second : Forecast{};
    const Fill fill{service.thresholds, usage.used_bytes, service.planned_bytes};
    out[subject_of(growth_kind, service.name)] = {
        {growth_measure(fill, forecast, facts.now, service.name + " reaches its plan")},
        !usage.incomplete};
}

void add_service(Conditions& out, const ServiceSpec& service, const AlertFacts& facts) {
    const auto usage = facts.usage.services.find(service.name);
    if (usage != facts.usage.services.end()) {
        add_usage(out, service, usage->second);
        add_growth(out, service, usage->second, facts);
    }
    const auto drift = facts.drift.find(service.name);
    if (drift != facts.drift.end())
        out[subject_of(drift_kind, service.name)] = {{drift_measure(service.name, drift->second)}};
}

void add_filesystem(Conditions& out, const FilesystemUsage& filesystem, const AlertFacts& facts) {
    const auto& limits = facts.layout.filesystem_thresholds;
    const auto& mount = filesystem.mount_point;
    out[subject_of(filesystem_kind, mount)] = {
        {percent_measure(limits, percent_used(filesystem), "the used share of " + mount + " is"),
         percent_measure(limits, percent_of_inodes(filesystem),
                         "the used share of the inodes of " + mount + " is")}};
    const auto forecast = facts.filesystems.find(mount);
    if (forecast == facts.filesystems.end()) return;
    const Fill fill{limits, filesystem.used_bytes, usable_bytes(filesystem)};
    out[subject_of(growth_kind, mount)] = {
        {growth_measure(fill, forecast->second, facts.now, mount + " is full")}};
}

/// Without its kind, where it has this one.
std::optional<std::string> name_in(const std::string& subject, std::string_view kind) {
    if (!subject.starts_with(kind)) return std::nullopt;
    return subject.substr(kind.size());
}

/// A file system that is not in the report may hold a service that is not in it either.
bool filesystem_exists(const std::string& mount, const AlertFacts& facts) {
    const auto is_counted = [&](const ServiceSpec& service) {
        return facts.usage.services.contains(service.name);
    };
    const auto is_it = [&](const FilesystemUsage& one) { return one.mount_point == mount; };
    return std::ranges::any_of(facts.usage.filesystems, is_it) ||
           !std::ranges::all_of(facts.layout.services, is_counted);
}

}  // namespace

Level Condition::reached() const {
    return std::ranges::max(measures, {}, &Measure::reached).reached;
}

Level Condition::held() const {
    return std::ranges::max(measures, {}, &Measure::held).held;
}

const Measure* Condition::reason_of(Level severity) const {
    for (const auto level : {&Measure::reached, &Measure::held}) {
        const auto found = std::ranges::find_if(
            measures, [&](const Measure& measure) { return measure.*level >= severity; });
        if (found != measures.end()) return &*found;
    }
    return nullptr;
}

Conditions conditions_of(const AlertFacts& facts) {
    Conditions out;
    for (const auto& service : facts.layout.services) add_service(out, service, facts);
    for (const auto& filesystem : facts.usage.filesystems) add_filesystem(out, filesystem, facts);
    return out;
}

bool subject_exists(const std::string& subject, const AlertFacts& facts) {
    for (const auto kind : {usage_kind, growth_kind, drift_kind, filesystem_kind}) {
        const auto name = name_in(subject, kind);
        if (!name) continue;
        return name->starts_with('/') ? filesystem_exists(*name, facts)
                                      : facts.layout.find(*name) != nullptr;
    }
    return true;
}

}  // namespace jts::hot_storage
