#include "accounts/new_accounts.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "core/text.hpp"

namespace jts::hot_storage::accounts {
namespace {

using Kind = NewAccount::Kind;

constexpr std::uint32_t last_system_id = 999;
constexpr std::uint32_t first_system_id = 100;

bool creates_account(const PlannedChange& planned) {
    return planned.change.kind == ChangeKind::create_group ||
           planned.change.kind == ChangeKind::create_user;
}

NewAccount wanted_account(const PlannedChange& planned) {
    const bool is_user = planned.change.kind == ChangeKind::create_user;
    return {.kind = is_user ? Kind::user : Kind::group,
            .name = planned.change.subject,
            .id = planned.pinned_id.value_or(0),
            .pinned = planned.pinned_id.has_value(),
            .group = is_user ? planned.group : "",
            .home = is_user ? planned.home : ""};
}

/// The two number spaces, each with what is assigned and what owns a part of the tree.
struct UsedIds {
    std::set<std::uint32_t> users;
    std::set<std::uint32_t> groups;

    std::set<std::uint32_t>& of(Kind kind) { return kind == Kind::user ? users : groups; }
    bool has(std::uint32_t id) const { return users.contains(id) || groups.contains(id); }
};

void add_owner(UsedIds& used, const EntryState& entry) {
    if (entry.type == EntryState::Type::missing) return;
    used.users.insert(entry.uid);
    used.groups.insert(entry.gid);
}

UsedIds used_ids(const Observation& observation) {
    UsedIds used;
    for (const auto& user : observation.accounts.users) {
        used.users.insert(user.uid);
        used.groups.insert(user.gid);
    }
    for (const auto& group : observation.accounts.groups) used.groups.insert(group.gid);
    for (const auto& [key, directory] : observation.directories) add_owner(used, directory.entry);
    for (const auto& part : observation.base_path) add_owner(used, part.entry);
    return used;
}

/// Who has the id already: somebody in the databases, or another account of this run.
std::optional<std::string> holder_of(const NewAccount& account, const AccountDatabase& database,
                                     const std::vector<NewAccount>& accounts) {
    const auto* user = account.kind == Kind::user ? database.user(account.id) : nullptr;
    if (user) return "user " + escape(user->name);
    const auto* group = account.kind == Kind::group ? database.group(account.id) : nullptr;
    if (group) return "group " + escape(group->name);
    const auto twin = std::ranges::find_if(accounts, [&](const NewAccount& other) {
        return other.pinned && other.kind == account.kind && other.id == account.id &&
               other.name != account.name;
    });
    if (twin != accounts.end()) return label(*twin);
    return std::nullopt;
}

void check_pin(const NewAccount& account, const AccountDatabase& database,
               const std::vector<NewAccount>& accounts) {
    const auto holder =
        account.id == 0 ? std::string("root") : holder_of(account, database, accounts);
    if (!holder) return;
    throw Error(ErrorCode::account_conflict,
                "cannot create " + label(account) + ": its directory belongs to id " +
                    std::to_string(account.id) + ", which is " + *holder +
                    "'s; change the directory's owner or that account's id, then try again");
}

std::uint32_t highest_free_id(const UsedIds& used) {
    for (auto id = last_system_id; id >= first_system_id; --id) {
        if (!used.has(id)) return id;
    }
    throw Error(
        ErrorCode::failed,
        "no id between 100 and 999 is left for a new account; remove unused system accounts");
}

std::uint32_t choose_id(const NewAccount& account, const std::vector<NewAccount>& accounts,
                        UsedIds& used) {
    const auto namesake = std::ranges::find_if(accounts, [&](const NewAccount& other) {
        return other.name == account.name && other.kind != account.kind && other.id != 0;
    });
    if (namesake != accounts.end() && !used.of(account.kind).contains(namesake->id))
        return namesake->id;
    return highest_free_id(used);
}

bool is_plain_name(std::string_view name) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    return !name.empty() && name.size() <= 31 && name.front() != '-' &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

std::string checked_name(const std::string& name) {
    if (is_plain_name(name)) return name;
    throw Error(ErrorCode::failed,
                "account name \"" + escape(name) + "\" has forbidden characters");
}

/// sysusers.d(5) unquotes and then expands `%`; passwd(5) has no way to write a colon.
std::string quoted_home(const std::string& home) {
    std::string quoted = "\"";
    for (const char c : home) {
        if (c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            throw Error(ErrorCode::failed, "home \"" + escape(home) + "\" cannot stand in passwd");
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
        if (c == '%') quoted += '%';
    }
    return quoted + '"';
}

std::string sysusers_line(const NewAccount& account) {
    const auto name_and_id = checked_name(account.name) + " " + std::to_string(account.id);
    if (account.kind == Kind::group) return "g " + name_and_id + "\n";
    return "u " + name_and_id + ":" + checked_name(account.group) + " - " +
           quoted_home(account.home) + " /bin/false\n";
}

}  // namespace

std::string label(const NewAccount& account) {
    return (account.kind == Kind::user ? "user:" : "group:") + escape(account.name);
}

std::vector<NewAccount> choose_accounts(const Plan& plan, const Observation& observation) {
    std::vector<NewAccount> accounts;
    auto used = used_ids(observation);
    for (const auto& planned : plan.changes) {
        if (creates_account(planned)) accounts.push_back(wanted_account(planned));
    }
    for (const auto& account : accounts) {
        if (!account.pinned) continue;
        check_pin(account, observation.accounts, accounts);
        used.of(account.kind).insert(account.id);
    }
    for (auto& account : accounts) {
        if (!account.pinned) account.id = choose_id(account, accounts, used);
        used.of(account.kind).insert(account.id);
    }
    return accounts;
}

std::string sysusers_lines(const std::vector<NewAccount>& accounts) {
    std::string lines;
    for (const auto& account : accounts) lines += sysusers_line(account);
    return lines;
}

}  // namespace jts::hot_storage::accounts
