/// Which accounts are to be made, under which ids, and how systemd-sysusers is told. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/observation.hpp"
#include "core/plan.hpp"

namespace jts::hot_storage::accounts {

/// An account or group to be made. The id is always spoken out: what systemd-sysusers would choose
/// may own another account's directories (after `userdel redis; groupdel docker` it gave docker the
/// id of redis's tree).
struct NewAccount {
    enum class Kind { group, user };
    Kind kind{};
    std::string name;
    std::uint32_t id = 0;
    bool pinned = false;  ///< the id owned this account's directory before; no other will do
    std::string group;    ///< users: the primary group
    std::string home;     ///< users

    bool operator==(const NewAccount&) const = default;
};

/// `group:docker`, `user:redis`
std::string label(const NewAccount& account);

/// The plan's create_group and create_user changes, each with its id: the pinned one, else its
/// namesake's (a user and its own group share a number, as `useradd -r` makes them), else the
/// highest of 999 … 100 that is nobody's and owns no declared directory and no part of the base.
/// `observation` must cover every service of the layout, whichever are to be provisioned. Throws
/// Error(account_conflict) where a pinned id belongs to somebody else, Error(failed) where no id
/// is left.
std::vector<NewAccount> choose_accounts(const Plan& plan, const Observation& observation);

/// sysusers.d(5) lines. Throws Error(failed) for a name or home that the format cannot carry.
std::string sysusers_lines(const std::vector<NewAccount>& accounts);

}  // namespace jts::hot_storage::accounts
