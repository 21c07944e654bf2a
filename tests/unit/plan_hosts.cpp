#include "unit/plan_hosts.hpp"

#include <algorithm>

#include "core/acl.hpp"

namespace jts::hot_storage::test {

namespace {

constexpr std::uint32_t first_service_id = 101;
constexpr std::uint32_t first_new_id = 60'000;  // told apart from every id that was there before

std::uint32_t uid_of(const AccountDatabase& accounts, const std::string& name) {
    return accounts.user(name)->uid;
}

std::uint32_t gid_of(const AccountDatabase& accounts, const std::string& name) {
    return accounts.group(name)->gid;
}

std::vector<PathObservation> components(const std::string& base, const EntryState& entry) {
    std::vector<PathObservation> path;
    for (std::size_t end = 1; end != std::string::npos;) {
        end = base.find('/', end);
        path.push_back({base.substr(0, end), entry});
        if (end != std::string::npos) ++end;
    }
    return path;
}

void add_accounts(const Layout& layout, AccountDatabase& accounts) {
    auto id = first_service_id;
    for (const auto& group : groups_of(layout, {}))
        accounts.groups.push_back({group.name, id++, {}});
    for (const auto& account : accounts_of(layout, {})) {
        const auto gid = gid_of(accounts, account.group);
        accounts.users.push_back(
            {account.name, gid, gid, account.home, "/bin/false", User::Password::locked});
    }
}

/// As chmod(2): the group bits go into the mask where there is one.
void change_mode(EntryState& entry, std::uint32_t mode) {
    entry.mode = mode;
    for (auto& line : entry.acl) {
        if (line.is_default) continue;
        if (line.tag == AclLine::Tag::user_obj) line.permissions = (mode >> 6) & 7;
        if (line.tag == AclLine::Tag::mask) line.permissions = (mode >> 3) & 7;
        if (line.tag == AclLine::Tag::other) line.permissions = mode & 7;
    }
}

/// As setxattr(2) of both ACLs: the access ACL sets the mode's bits, and is kept where it says
/// more.
void write_acl(EntryState& entry, std::vector<AclLine> lines) {
    const auto is_access = [](const AclLine& line) { return !line.is_default; };
    std::uint32_t group = 0;
    std::uint32_t mode = entry.mode & 07000;
    for (const auto& line : lines) {
        if (line.is_default) continue;
        if (line.tag == AclLine::Tag::user_obj) mode |= line.permissions << 6;
        if (line.tag == AclLine::Tag::group_obj) group = line.permissions;
        if (line.tag == AclLine::Tag::other) mode |= line.permissions;
    }
    for (const auto& line : lines) {
        if (is_access(line) && line.tag == AclLine::Tag::mask) group = line.permissions;
    }
    if (std::count_if(lines.begin(), lines.end(), is_access) == 3) std::erase_if(lines, is_access);
    entry.mode = mode | group << 3;
    entry.acl = std::move(lines);
}

EntryState& target_of(Observation& host, const PlannedChange& planned) {
    if (!planned.target.first.empty()) return host.directories.at(planned.target).entry;
    const auto found = std::find_if(
        host.base_path.begin(), host.base_path.end(),
        [&](const PathObservation& path) { return path.path == planned.target.second; });
    return found->entry;
}

void create_user(AccountDatabase& accounts, const PlannedChange& planned, std::uint32_t new_id) {
    const auto existing =
        std::find_if(accounts.users.begin(), accounts.users.end(),
                     [&](const User& user) { return user.name == planned.owner; });
    if (existing != accounts.users.end()) {
        existing->password = User::Password::locked;
        return;
    }
    accounts.users.push_back({planned.owner, planned.pinned_id.value_or(new_id),
                              gid_of(accounts, planned.group), planned.home, "/bin/false",
                              User::Password::locked});
}

void apply(Observation& host, const PlannedChange& planned, std::uint32_t new_id) {
    auto& accounts = host.accounts;
    switch (planned.change.kind) {
        case ChangeKind::create_group:
            accounts.groups.push_back({planned.group, planned.pinned_id.value_or(new_id), {}});
            return;
        case ChangeKind::create_user:
            create_user(accounts, planned, new_id);
            return;
        case ChangeKind::set_owner_below:
            host.directories.at(planned.target).below.foreign = 0;
            host.directories.at(planned.target).below.examples.clear();
            return;
        default:
            break;
    }
    auto& entry = target_of(host, planned);
    if (planned.change.kind == ChangeKind::set_mode) return change_mode(entry, planned.mode);
    if (planned.change.kind != ChangeKind::set_acl) {
        entry.type = EntryState::Type::directory;
        entry.uid = uid_of(accounts, planned.owner);
        entry.gid = gid_of(accounts, planned.group);
    }
    if (planned.change.kind == ChangeKind::set_owner) return change_mode(entry, planned.mode);
    write_acl(entry, acl_lines(planned.mode, planned.acl, accounts));
}

}  // namespace

AccountDatabase bare_accounts() {
    return {{{"root", 0, 0, "/root", "/bin/bash", User::Password::usable}},
            {{"root", 0, {}}, {"staff", 50, {}}}};
}

EntryState directory(std::uint32_t uid, std::uint32_t gid, std::uint32_t mode) {
    EntryState entry;
    entry.type = EntryState::Type::directory;
    entry.uid = uid;
    entry.gid = gid;
    entry.mode = mode;
    return entry;
}

Observation empty_host(const Layout& layout) {
    Observation host;
    host.accounts = bare_accounts();
    host.base_path = components(layout.base, {});
    host.mount_point = "/";
    for (const auto& service : layout.services) {
        for (const auto& dir : service.directories) host.directories[{service.name, dir.name}] = {};
    }
    return host;
}

Observation provisioned_host(const Layout& layout) {
    auto host = empty_host(layout);
    add_accounts(layout, host.accounts);
    host.base_path = components(layout.base, directory(0, 0, 0755));
    for (const auto& service : layout.services) {
        for (const auto& dir : service.directories) {
            auto& entry = host.directories[{service.name, dir.name}].entry;
            entry =
                directory(uid_of(host.accounts, dir.owner), gid_of(host.accounts, dir.group), 0);
            write_acl(entry, acl_lines(dir.mode, dir.acl, host.accounts));
        }
    }
    return host;
}

Observation with_entry(Observation host, const DirectoryKey& key, const EntryState& entry) {
    host.directories.at(key).entry = entry;
    return host;
}

Observation simulate(Observation host, const Plan& plan) {
    auto new_id = first_new_id;
    for (const auto& planned : plan.changes) apply(host, planned, new_id++);
    return host;
}

std::vector<std::string> lines_of(const Plan& plan) {
    std::vector<std::string> lines;
    for (const auto& planned : plan.changes) {
        const auto& change = planned.change;
        lines.push_back(std::string(to_string(change.kind)) + " " + change.subject + ": " +
                        change.current + " -> " + change.desired);
    }
    return lines;
}

std::vector<std::string> lines_of(const std::vector<Refusal>& refused) {
    std::vector<std::string> lines;
    for (const auto& refusal : refused) lines.push_back(refusal.subject + ": " + refusal.reason);
    return lines;
}

const EntryState& entry_of(const Observation& host, const DirectoryKey& key) {
    return host.directories.at(key).entry;
}

}  // namespace jts::hot_storage::test
