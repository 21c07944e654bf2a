// passwd, group, shadow and gshadow, one a part: what is read can be written and is then read the
// same.
#include <limits>

#include "fuzz/require.hpp"
#include "sys/account_files.hpp"
#include "sys/account_lines.hpp"

namespace jts::hot_storage::fuzz {
namespace {

using Password = User::Password;

bool is_field(std::string_view text) {
    return text.find_first_of(":\n") == std::string_view::npos;
}

void require_sound(const User& user) {
    constexpr auto nobody = std::numeric_limits<std::uint32_t>::max();
    REQUIRE(user.uid != nobody && user.gid != nobody);
    REQUIRE(!user.name.empty());
    REQUIRE(is_field(user.name) && is_field(user.home) && is_field(user.shell));
}

void require_sound(const Group& group) {
    REQUIRE(group.gid != std::numeric_limits<std::uint32_t>::max());
    REQUIRE(!group.name.empty() && is_field(group.name));
    for (const auto& member : group.members)
        REQUIRE(!member.empty() && member.find(',') == std::string::npos);
}

/// `x` without a line in shadow is a missing password.
std::string password_text(Password password) {
    if (password == Password::missing) return "x";
    return password == Password::locked ? "!" : "";
}

std::string passwd_of(const std::vector<User>& users) {
    std::string text;
    for (const auto& user : users)
        text += user.name + ":" + password_text(user.password) + ":" + std::to_string(user.uid) +
                ":" + std::to_string(user.gid) + "::" + user.home + ":" + user.shell + "\n";
    return text;
}

std::string group_of(const std::vector<Group>& groups) {
    std::string text;
    for (const auto& group : groups) {
        text += group.name + ":x:" + std::to_string(group.gid) + ":";
        for (const auto& member : group.members) text += member + ",";
        text += "\n";
    }
    return text;
}

/// A missing password is one that shadow has no line for; and a first look finds the first line.
void require_agreement(const AccountDatabase& accounts, std::string_view shadow) {
    for (const auto& user : accounts.users) {
        if (user.password == Password::missing) REQUIRE(!sys::password_field(shadow, user.name));
        REQUIRE(accounts.user(user.name)->name == user.name);
        REQUIRE(accounts.user(user.uid)->uid == user.uid);
    }
}

void require_password_field(std::string_view text, const AccountDatabase& accounts) {
    for (const auto& group : accounts.groups) {
        const auto field = sys::password_field(text, group.name);
        if (!field) continue;
        REQUIRE(is_field(*field));
        REQUIRE(text.find(group.name + ":" + std::string(*field)) != std::string_view::npos);
    }
}

}  // namespace
}  // namespace jts::hot_storage::fuzz

FUZZ_TARGET(input) {
    using namespace jts::hot_storage;
    using namespace jts::hot_storage::fuzz;
    auto parts = parts_of(input);
    parts.resize(4);
    const auto accounts = sys::parse_accounts(parts[0], parts[1], parts[2]);
    for (const auto& user : accounts.users) require_sound(user);
    for (const auto& group : accounts.groups) require_sound(group);
    require_agreement(accounts, parts[2]);
    require_password_field(parts[3], accounts);
    const auto again =
        sys::parse_accounts(passwd_of(accounts.users), group_of(accounts.groups), "");
    REQUIRE(again == accounts);
}
