// Whether systemd lets the services' units write where their data lies.
#include "core/sandbox.hpp"
#include "core/text.hpp"
#include "core/validate_checks.hpp"

namespace jts::hot_storage::validation {

namespace {

std::string joined_with(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += separator;
        text += part;
    }
    return text;
}

/// What is wrong with a unit, and the paths that its drop-in is to be about.
struct UnitFault {
    std::vector<std::string> clauses;
    std::vector<std::string> paths;  ///< the service's own directory first
};

/// What keeps the unit from a subdirectory counts where it is not what keeps it from the service's
/// own.
void look_for_denials(const Layout& layout, const ServiceSpec& service, const UnitFacts& unit,
                      UnitFault& fault) {
    const auto own = what_denies_writing(unit, fault.paths.front());
    for (const auto& directory : service.directories) {
        const auto path = path_of(layout, service, directory);
        const auto denials = what_denies_writing(unit, path);
        if (denials.empty() || (!directory.name.empty() && denials == own)) continue;
        if (!directory.name.empty()) fault.paths.push_back(path);
        fault.clauses.push_back("it cannot write to " + escape(path) + ": " +
                                joined_with(denials, ", "));
    }
}

/// Mount points that hold what the service needs: the base's, and its own where it has one.
std::vector<std::string> mounts_of(const ValidationInput& input, const ServiceSpec& service) {
    std::vector<std::string> mounts{
        input.layout.expected_mount.value_or(input.observation.mount_point)};
    const auto usage = input.inspection.usage.services.find(service.name);
    if (usage == input.inspection.usage.services.end()) return mounts;
    const auto& own = usage->second.mount_point;
    if (!own.empty() && own != escape(mounts.front())) mounts.push_back(own);
    return mounts;
}

void look_for_mounts(const ValidationInput& input, const ServiceSpec& service,
                     const UnitFacts& unit, UnitFault& fault) {
    for (const auto& mount : mounts_of(input, service)) {
        if (mount.empty() || waits_for_mount(unit, mount)) continue;
        fault.clauses.push_back("it does not wait for the mount " + escape(mount));
        // What is mounted further down is none of the mounts that the directory needs.
        if (mount.starts_with(fault.paths.front() + "/")) fault.paths.push_back(mount);
    }
}

void check_unit(Context& context, const ServiceSpec& service, const UnitFacts& unit) {
    const auto& input = context.input;
    UnitFault fault{{}, {path_of(input.layout, service, service.own())}};
    look_for_denials(input.layout, service, unit, fault);
    look_for_mounts(input, service, unit, fault);
    const bool is_right = fault.clauses.empty();
    auto& finding = context.add(
        check::unit_sandbox, is_right ? CheckResult::pass : CheckResult::warn, service.name,
        escape(unit.name),
        is_right ? "the unit may write to the service's directories, and waits for their mount"
                 : "the unit is not set up for the service's directories");
    if (is_right) return;
    finding.expected = "writes to " + escape(fault.paths.front()) + " and waits for its mount";
    finding.actual = joined_with(fault.clauses, "; ");
    finding.fix = drop_in_for(unit, fault.paths);
}

}  // namespace

void check_units(Context& context, const ServiceSpec& service) {
    if (service.units.empty()) return;
    const auto& inspection = context.input.inspection;
    bool found = false;
    for (const auto& unit : inspection.units) {
        if (unit.service != service.name) continue;
        check_unit(context, service, unit);
        found = true;
    }
    if (found) return;
    auto& finding = context.add(
        check::unit_sandbox, CheckResult::skip, service.name, joined_with(service.units, " "),
        inspection.units_error.empty() ? "systemd knows no unit of the service"
                                       : "systemd could not be asked");
    finding.actual = escape(inspection.units_error);
}

}  // namespace jts::hot_storage::validation
