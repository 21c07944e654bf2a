#include "sys/account_files.hpp"

#include <cerrno>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_map>

#include "sys/account_lines.hpp"
#include "sys/failure.hpp"

namespace jts::hot_storage::sys {
namespace {

/// Digits alone; 2³²−1 is nobody's id, because chown reads it as "leave as it is".
std::optional<std::uint32_t> parse_id(std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (id == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return id;
}

/// The last fields may be absent, as in nss_files.
std::string field(const AccountFields& fields, std::size_t index) {
    return index < fields.size() ? std::string(fields[index]) : std::string();
}

User::Password judge(std::string_view password) {
    return is_locked(password) ? User::Password::locked : User::Password::usable;
}

using Passwords = std::unordered_map<std::string_view, User::Password>;

Passwords passwords_of(std::string_view shadow) {
    Passwords passwords;
    for (const auto& fields : account_lines(shadow, 2))
        passwords.try_emplace(fields[0], judge(fields[1]));
    return passwords;
}

/// pam_unix looks into shadow only where passwd says `x`, and takes passwd's own field otherwise.
User::Password password_of(const AccountFields& passwd_line, const Passwords& shadow) {
    if (passwd_line[1] != "x") return judge(passwd_line[1]);
    const auto found = shadow.find(passwd_line[0]);
    return found == shadow.end() ? User::Password::missing : found->second;
}

std::vector<User> parse_users(std::string_view passwd, std::string_view shadow) {
    std::vector<User> users;
    const auto passwords = passwords_of(shadow);
    for (const auto& fields : account_lines(passwd, 4)) {
        const auto uid = parse_id(fields[2]);
        const auto gid = parse_id(fields[3]);
        if (!uid || !gid) continue;
        users.push_back({.name = field(fields, 0),
                         .uid = *uid,
                         .gid = *gid,
                         .home = field(fields, 5),
                         .shell = field(fields, 6),
                         .password = password_of(fields, passwords)});
    }
    return users;
}

std::vector<std::string> members_of(std::string_view list) {
    std::vector<std::string> members;
    for (const auto name : split(list, ',')) {
        if (!name.empty()) members.emplace_back(name);
    }
    return members;
}

std::vector<Group> parse_groups(std::string_view group) {
    std::vector<Group> groups;
    for (const auto& fields : account_lines(group, 3)) {
        const auto gid = parse_id(fields[2]);
        if (!gid) continue;
        groups.push_back(
            {.name = field(fields, 0), .gid = *gid, .members = members_of(field(fields, 3))});
    }
    return groups;
}

std::string read_required(const std::string& path) {
    auto text = read_account_file(path);
    if (!text) throw failure("open", path, ENOENT);
    return *std::move(text);
}

/// "passwd has a line for redis, shadow has none"
std::string lone_line(const char* having, const std::string& name, const char* lacking) {
    return std::string(having) + " has a line for " + name + ", " + lacking + " has none";
}

void find_user_defects(const AccountDatabase& accounts, const std::string& name,
                       std::string_view shadow, std::vector<std::string>& defects) {
    const auto* user = accounts.user(name);
    if (!user) {
        if (password_field(shadow, name)) defects.push_back(lone_line("shadow", name, "passwd"));
        return;
    }
    if (user->password == User::Password::missing)
        defects.push_back(lone_line("passwd", name, "shadow"));
    if (!accounts.group(user->gid))
        defects.push_back("the primary group of " + name + ", id " + std::to_string(user->gid) +
                          ", does not exist");
}

void find_group_defects(const AccountDatabase& accounts, const std::string& name,
                        std::string_view gshadow, std::vector<std::string>& defects) {
    const bool in_group = accounts.group(name) != nullptr;
    const bool in_gshadow = password_field(gshadow, name).has_value();
    if (in_group && !in_gshadow) defects.push_back(lone_line("group", name, "gshadow"));
    if (!in_group && in_gshadow) defects.push_back(lone_line("gshadow", name, "group"));
}

}  // namespace

AccountDatabase parse_accounts(std::string_view passwd, std::string_view group,
                               std::string_view shadow) {
    return {.users = parse_users(passwd, shadow), .groups = parse_groups(group)};
}

AccountDatabase read_accounts(const std::string& etc) {
    const auto passwd = read_required(etc + "/passwd");
    const auto group = read_required(etc + "/group");
    const auto shadow = read_account_file(etc + "/shadow").value_or("");
    return parse_accounts(passwd, group, shadow);
}

std::vector<std::string> account_defects(const std::string& name, const std::string& etc) {
    std::vector<std::string> defects;
    const auto shadow = read_account_file(etc + "/shadow").value_or("");
    find_user_defects(read_accounts(etc), name, shadow, defects);
    if (const auto gshadow = read_account_file(etc + "/gshadow"))
        find_group_defects(read_accounts(etc), name, *gshadow, defects);
    return defects;
}

}  // namespace jts::hot_storage::sys
