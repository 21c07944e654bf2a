#include "core/plan_accounts.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace jts::hot_storage::planning {

namespace {

template <typename Spec>
std::vector<Spec> by_service(std::vector<Spec> specs) {
    std::stable_sort(specs.begin(), specs.end(),
                     [](const Spec& a, const Spec& b) { return a.service < b.service; });
    return specs;
}

std::string id_text(std::optional<std::uint32_t> id) {
    return id ? std::to_string(*id) : "auto";
}

PlannedChange create(ChangeKind kind, const std::string& service, const std::string& name) {
    PlannedChange planned;
    planned.change.kind = kind;
    planned.change.service = service;
    planned.change.subject = name;
    planned.change.current = "absent";
    return planned;
}

PlannedChange create_group(const GroupSpec& spec, std::optional<std::uint32_t> id) {
    auto planned = create(ChangeKind::create_group, spec.service, spec.name);
    planned.group = spec.name;
    planned.pinned_id = id;
    planned.change.desired = "gid " + id_text(id);
    return planned;
}

std::string user_text(std::optional<std::uint32_t> id, std::string_view group,
                      std::string_view home, std::string_view login_shell) {
    return "uid " + id_text(id) + ", group " + escape(group) + ", home " + escape(home) +
           ", shell " + escape(login_shell);
}

PlannedChange create_user(const AccountSpec& spec, std::optional<std::uint32_t> id) {
    auto planned = create(ChangeKind::create_user, spec.service, spec.name);
    planned.owner = spec.name;
    planned.group = spec.group;
    planned.home = spec.home;
    planned.pinned_id = id;
    planned.change.desired = user_text(id, spec.group, spec.home, new_shell);
    return planned;
}

/// An account without a line in shadow: a crash left it half-made. What it has, it keeps.
PlannedChange complete_user(const AccountSpec& spec, const User& user) {
    auto planned = create_user(spec, user.uid);
    planned.home = user.home;
    planned.change.current = "incomplete";
    planned.change.desired = user_text(user.uid, spec.group, user.home, user.shell);
    return planned;
}

std::string subject(const AccountSpec& spec) {
    return "service " + spec.service + ": the account " + spec.name;
}

std::string other_owner(const AccountSpec& spec) {
    return "name another owner for service " + spec.service + " in the layout";
}

void block(const Fault& fault, Plan& plan) {
    plan.blockers.push_back({ErrorCode::account_conflict, fault.text()});
}

/// The drop-in that takes the account as it is: only the group of a service's owner can be chosen.
std::string adoption(const Layout& layout, const AccountSpec& spec, const Group* primary) {
    const auto* service = layout.find(spec.service);
    const bool owns_service = service != nullptr && service->own().owner == spec.name;
    if (primary == nullptr || !owns_service) return other_owner(spec);
    return "to use it as it is, put {\"format\":1,\"services\":{\"" + spec.service +
           "\":{\"group\":\"" + escape(primary->name) +
           "\"}}} into /etc/jts-hot-storage/layout.d/" + spec.service + ".json";
}

Fault group_fault(const Layout& layout, const AccountSpec& spec, const User& user,
                  const Group* primary) {
    const auto is = primary != nullptr ? escape(primary->name)
                                       : std::to_string(user.gid) + ", which has no name";
    return {subject(spec) + " has the primary group " + is + ", but the layout says " + spec.group,
            adoption(layout, spec, primary)};
}

/// Also right where the layout's group is missing and about to be made with the account's gid.
bool has_right_group(const AccountSpec& spec, const User& user, const Numbering& numbering) {
    const auto* primary = numbering.accounts().group(user.gid);
    if (primary != nullptr) return primary->name == spec.group;
    return numbering.group(spec.group) == user.gid;
}

void plan_group(const GroupSpec& spec, const Numbering& numbering, Plan& plan) {
    if (numbering.accounts().group(spec.name) != nullptr) {
        ++plan.unchanged;
    } else {
        plan.changes.push_back(create_group(spec, numbering.group(spec.name)));
    }
}

void plan_user(const Layout& layout, const AccountSpec& spec, const Numbering& numbering,
               Plan& plan) {
    const auto* user = numbering.accounts().user(spec.name);
    if (user == nullptr) {
        plan.changes.push_back(create_user(spec, numbering.user(spec.name)));
        return;
    }
    const auto found = account_faults(layout, spec, *user, numbering);
    for (const auto& fault : found) block(fault, plan);
    if (user->password == User::Password::missing) {
        plan.changes.push_back(complete_user(spec, *user));
    } else if (found.empty()) {
        ++plan.unchanged;
    }
}

void check_acl_names(const Layout& layout, const ServiceSpec& service, const DirectorySpec& dir,
                     const Numbering& numbering, Plan& plan) {
    for (const auto& entry : dir.acl) {
        if (!has_name(numbering, entry)) block(acl_fault(layout, service, dir, entry), plan);
    }
}

}  // namespace

std::vector<Fault> account_faults(const Layout& layout, const AccountSpec& spec, const User& user,
                                  const Numbering& numbering) {
    std::vector<Fault> found;
    if (user.uid == 0) {
        found.push_back(
            {subject(spec) + " has uid 0 and is root by another name", other_owner(spec)});
    }
    if (user.password == User::Password::usable) {
        found.push_back({subject(spec) + " has a usable password, so that people can log in as it",
                         "lock it with `passwd -l " + spec.name + "`, or " + other_owner(spec)});
    }
    if (!has_right_group(spec, user, numbering)) {
        const auto* primary = numbering.accounts().group(user.gid);
        found.push_back(group_fault(layout, spec, user, primary));
    }
    return found;
}

bool has_name(const Numbering& numbering, const AclEntry& entry) {
    const bool is_user = entry.tag == AclEntry::Tag::user;
    return is_user ? numbering.has_user(entry.name) : numbering.has_group(entry.name);
}

Fault acl_fault(const Layout& layout, const ServiceSpec& service, const DirectorySpec& directory,
                const AclEntry& entry) {
    const std::string kind = entry.tag == AclEntry::Tag::user ? "user " : "group ";
    return {"service " + service.name + ": the ACL of " +
                escape(path_of(layout, service, directory)) + " names the " + kind + entry.name +
                ", who does not exist and whom the layout does not create",
            "create the account, or take the entry out of the layout"};
}

void plan_accounts(const Layout& layout, const std::vector<std::string>& services,
                   const Numbering& numbering, Plan& plan) {
    for (const auto& group : by_service(groups_of(layout, services))) {
        plan_group(group, numbering, plan);
    }
    for (const auto& account : by_service(accounts_of(layout, services))) {
        plan_user(layout, account, numbering, plan);
    }
    for (const auto* service : selected(layout, services)) {
        for (const auto& dir : service->directories) {
            check_acl_names(layout, *service, dir, numbering, plan);
        }
    }
}

}  // namespace jts::hot_storage::planning
