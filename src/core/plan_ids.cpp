#include "core/plan_ids.hpp"

#include <algorithm>

namespace jts::hot_storage::planning {

namespace {

constexpr std::string_view root = "root";
constexpr std::uint32_t first_personal_id = 1000;

/// A declared directory, or an account, that is there shows which id a name had.
struct Trace {
    std::string name;
    std::uint32_t id = 0;
};

bool may_be_pinned(std::uint32_t id) {
    return id != 0 && id < first_personal_id;
}

/// Visits what exists of the directories. A subdirectory counts only where the layout gives it a
/// name of its own: what it inherits is told by the service's directory.
void trace(const std::vector<const ServiceSpec*>& services, const Observation& observation,
           std::string DirectorySpec::*name, std::uint32_t EntryState::*id,
           std::vector<Trace>& traces) {
    for (const auto* service : services) {
        for (const auto& dir : service->directories) {
            if (!dir.name.empty() && dir.*name == service->own().*name) continue;
            const auto found = observation.directories.find({service->name, dir.name});
            if (found == observation.directories.end()) continue;
            const auto& entry = found->second.entry;
            if (entry.type == EntryState::Type::directory) traces.push_back({dir.*name, entry.*id});
        }
    }
}

/// Gives each name the first of its traces that is free; no id goes to two names.
Ids pin(const std::vector<std::string>& missing, const std::vector<Trace>& traces, auto is_free) {
    Ids ids;
    std::set<std::uint32_t> taken;
    for (const auto& name : missing) {
        const auto found = std::find_if(traces.begin(), traces.end(), [&](const Trace& trace) {
            return trace.name == name && may_be_pinned(trace.id) && is_free(trace) &&
                   !taken.contains(trace.id);
        });
        ids[name] = std::nullopt;
        if (found == traces.end()) continue;
        ids[name] = found->id;
        taken.insert(found->id);
    }
    return ids;
}

Ids new_users(const Layout& layout, const Observation& observation,
              const std::vector<std::string>& services) {
    const auto& accounts = observation.accounts;
    std::vector<std::string> missing;
    for (const auto& account : accounts_of(layout, services)) {
        if (accounts.user(account.name) == nullptr) missing.push_back(account.name);
    }
    std::vector<Trace> traces;
    trace(selected(layout, services), observation, &DirectorySpec::owner, &EntryState::uid, traces);
    return pin(missing, traces,
               [&](const Trace& found) { return accounts.user(found.id) == nullptr; });
}

/// A group deleted from under its account: the account still says which id it had.
std::vector<Trace> primary_groups(const std::vector<AccountSpec>& specs,
                                  const AccountDatabase& accounts) {
    std::vector<Trace> traces;
    for (const auto& spec : specs) {
        const auto* user = accounts.user(spec.name);
        if (user != nullptr) traces.push_back({spec.group, user->gid});
    }
    return traces;
}

/// No group has the id, and no account that is not the group's own has it as its primary group.
bool is_free_group(const AccountDatabase& accounts, const std::vector<Trace>& primaries,
                   const Trace& wanted) {
    if (accounts.group(wanted.id) != nullptr) return false;
    const auto has_id = [&](const auto& user) { return user.gid == wanted.id; };
    if (std::none_of(accounts.users.begin(), accounts.users.end(), has_id)) return true;
    return std::any_of(primaries.begin(), primaries.end(), [&](const Trace& primary) {
        return primary.name == wanted.name && primary.id == wanted.id;
    });
}

Ids new_groups(const Layout& layout, const Observation& observation,
               const std::vector<std::string>& services) {
    const auto& accounts = observation.accounts;
    std::vector<std::string> missing;
    for (const auto& group : groups_of(layout, services)) {
        if (accounts.group(group.name) == nullptr) missing.push_back(group.name);
    }
    const auto primaries = primary_groups(accounts_of(layout, services), accounts);
    auto traces = primaries;
    trace(selected(layout, services), observation, &DirectorySpec::group, &EntryState::gid, traces);
    return pin(missing, traces,
               [&](const Trace& found) { return is_free_group(accounts, primaries, found); });
}

std::optional<std::uint32_t> look_up(const Ids& ids, std::string_view name) {
    const auto found = ids.find(name);
    return found != ids.end() ? found->second : std::nullopt;
}

}  // namespace

std::vector<const ServiceSpec*> selected(const Layout& layout,
                                         const std::vector<std::string>& services) {
    std::vector<const ServiceSpec*> chosen;
    for (const auto& service : layout.services) {
        const bool named =
            std::find(services.begin(), services.end(), service.name) != services.end();
        if (services.empty() || named) chosen.push_back(&service);
    }
    return chosen;
}

Numbering::Numbering(const Layout& layout, const Observation& observation,
                     const std::vector<std::string>& services)
    : accounts_(observation.accounts),
      new_users_(new_users(layout, observation, services)),
      new_groups_(new_groups(layout, observation, services)) {}

std::optional<std::uint32_t> Numbering::user(std::string_view name) const {
    if (name == root) return 0;
    const auto* user = accounts_.user(name);
    return user != nullptr ? user->uid : look_up(new_users_, name);
}

std::optional<std::uint32_t> Numbering::group(std::string_view name) const {
    if (name == root) return 0;
    const auto* group = accounts_.group(name);
    return group != nullptr ? group->gid : look_up(new_groups_, name);
}

bool Numbering::has_user(std::string_view name) const {
    return user(name).has_value() || new_users_.contains(name);
}

bool Numbering::has_group(std::string_view name) const {
    return group(name).has_value() || new_groups_.contains(name);
}

}  // namespace jts::hot_storage::planning
