#include "core/plan_base.hpp"

#include <algorithm>
#include <optional>

#include "core/plan_access.hpp"
#include "core/plan_entry.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::planning {

namespace {

using Type = EntryState::Type;

/// Whether anybody but root may add, remove or rename what the directory holds. The sticky bit does
/// not help: it lets users create what is missing, and the owner of an entry rename it.
bool others_may_write(const EntryState& entry) {
    constexpr std::uint32_t group_and_others_write = 0022;
    if ((entry.mode & group_and_others_write) != 0) return true;
    const auto mask = std::find_if(entry.acl.begin(), entry.acl.end(), [](const AclLine& line) {
        return !line.is_default && line.tag == AclLine::Tag::mask;
    });
    const auto limit = mask != entry.acl.end() ? mask->permissions : 07U;
    return std::any_of(entry.acl.begin(), entry.acl.end(), [&](const AclLine& line) {
        const bool is_named = line.tag == AclLine::Tag::user || line.tag == AclLine::Tag::group;
        return !line.is_default && is_named && (line.permissions & limit & 02) != 0;
    });
}

std::optional<Fault> type_fault(const std::string& path, EntryState::Type type) {
    switch (type) {
        case Type::symlink:
            return Fault{path + " is a symbolic link", "put the real path into the layout"};
        case Type::other:
            return Fault{path + " is not a directory", "move it away, or choose another base"};
        case Type::sealed:
            return Fault{path + " is a mount that root may not look into", "unmount it"};
        case Type::missing:
        case Type::directory:
            break;
    }
    return std::nullopt;
}

void block(ErrorCode code, const Fault& fault, Plan& plan) {
    plan.blockers.push_back({code, fault.text()});
}

bool is_safe(const Observation& observation, Plan& plan) {
    const auto& path = observation.base_path;
    return std::all_of(path.begin(), path.end(), [&](const PathObservation& component) {
        const bool is_base = &component == &path.back();
        const auto fault = component_fault(component, is_base, observation.accounts);
        if (fault) block(ErrorCode::unsafe_path, *fault, plan);
        return !fault;
    });
}

bool is_on_its_mount(const Layout& layout, const Observation& observation, Plan& plan) {
    const auto fault = mount_fault(layout, observation);
    if (fault) block(ErrorCode::unsafe_path, *fault, plan);
    return !fault;
}

void check_writable(const Layout& layout, const Observation& observation, Plan& plan) {
    const auto fault = writing_fault(layout, observation);
    if (fault) block(ErrorCode::invalid_layout, *fault, plan);
}

Standing plan_component(const PathObservation& component, bool is_base, bool below_immutable,
                        const Numbering& numbering, Plan& plan) {
    const Declared declared{{"", component.path}, component.path, base_spec(), below_immutable};
    const bool is_missing = component.entry.type == Type::missing;
    if (!is_base && !is_missing) return Standing::right;
    return plan_entry(declared, component.entry, numbering, plan);
}

}  // namespace

const DirectorySpec& base_spec() {
    static const DirectorySpec spec{"", "root", "root", 0755, Policy::exact, Below::declared_only,
                                    {}};
    return spec;
}

/// The base itself may have a wrong mode: that is a change like any other.
std::optional<Fault> component_fault(const PathObservation& component, bool is_base,
                                     const AccountDatabase& accounts) {
    const auto& entry = component.entry;
    const auto path = escape(component.path);
    if (entry.type != Type::directory) return type_fault(path, entry.type);
    if (entry.uid != 0) {
        return Fault{path + " belongs to " + escape(owner_text(accounts, entry.uid, entry.gid)) +
                         ", who could exchange what lies below",
                     "`chown root:root` it, or choose another base"};
    }
    if (!is_base && others_may_write(entry)) {
        return Fault{path + " (mode " + octal(entry.mode) +
                         ") may be written by others than root, who could exchange what lies below",
                     "`chmod go-w` it and look at its ACL, or choose another base"};
    }
    return std::nullopt;
}

std::optional<Fault> mount_fault(const Layout& layout, const Observation& observation) {
    if (!layout.expected_mount || *layout.expected_mount == observation.mount_point) {
        return std::nullopt;
    }
    return Fault{escape(layout.base) + " must lie on the mount " + escape(*layout.expected_mount) +
                     " (expected_mount), but lies on " + escape(observation.mount_point),
                 "mount the drive, or correct expected_mount in the layout"};
}

std::optional<Fault> writing_fault(const Layout& layout, const Observation& observation) {
    if (!observation.read_only) return std::nullopt;
    const auto base = escape(layout.base);
    const bool exists = observation.base_path.back().entry.type != Type::missing;
    const auto first = exists ? std::string() : "create it (`install -d -m 0755 " + base + "`), ";
    return Fault{base + " lies on " + escape(observation.mount_point) +
                     ", which this service cannot write: it is mounted read-only, or the unit's "
                     "sandbox keeps the service out",
                 "against the latter " + first +
                     "run `systemctl edit jts-hot-storage.service` and enter:\n[Service]\n"
                     "ReadWritePaths=" +
                     base};
}

BasePlan plan_base(const Layout& layout, const Observation& observation, const Numbering& numbering,
                   Plan& plan) {
    if (!is_safe(observation, plan) || !is_on_its_mount(layout, observation, plan)) return {};
    check_writable(layout, observation, plan);
    bool immutable = false;
    for (const auto& component : observation.base_path) {
        const bool is_base = &component == &observation.base_path.back();
        const auto standing = plan_component(component, is_base, immutable, numbering, plan);
        if (standing == Standing::closed) return {};
        if (is_base && standing == Standing::right) ++plan.unchanged;
        immutable = component.entry.immutable;
    }
    return {true, immutable};
}

}  // namespace jts::hot_storage::planning
