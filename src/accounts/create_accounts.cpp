#include "accounts/create_accounts.hpp"

#include <algorithm>

#include "accounts/database_lock.hpp"
#include "accounts/durable.hpp"
#include "accounts/new_accounts.hpp"
#include "accounts/shadow_repair.hpp"
#include "accounts/sysusers_process.hpp"
#include "core/layout_reader.hpp"
#include "core/text.hpp"
#include "sys/account_files.hpp"
#include "sys/observer.hpp"

namespace jts::hot_storage::accounts {
namespace {

Layout trusted_layout(const sys::LayoutPaths& paths) {
    auto result = read_layout(sys::read_layout_files(paths));
    if (result.rejected.empty()) return std::move(result.layout);
    throw Error(ErrorCode::invalid_layout, describe(result.rejected));
}

void require_known(const Layout& layout, const std::vector<std::string>& services) {
    for (const auto& service : services) {
        if (!layout.find(service))
            throw Error(ErrorCode::invalid_args,
                        "the layout has no service \"" + escape(service) + "\"");
    }
}

template <typename Spec>
std::vector<std::string> names_of(const std::vector<Spec>& specs) {
    std::vector<std::string> names;
    for (const auto& spec : specs) names.push_back(spec.name);
    return names;
}

std::vector<std::string> repair(const Host& host, const Layout& layout,
                                const std::vector<std::string>& services) {
    const DatabaseLock lock(host.etc, host.lock_patience);
    return add_missing_shadow_lines(host.etc, names_of(accounts_of(layout, services)),
                                    names_of(groups_of(layout, services)));
}

/// All services are looked at, whichever are asked for: no new account may get an id that owns any
/// of their directories.
Observation observe(const Host& host, const Layout& layout) {
    auto observation = sys::observe_declared(layout, sys::read_accounts(host.etc), {});
    observation.read_only = false;  // it is so inside this process's sandbox, and no matter here
    return observation;
}

std::vector<NewAccount> choose(const Layout& layout, const Observation& observation,
                               const std::vector<std::string>& services) {
    const auto plan = make_plan(layout, observation, services);
    if (!plan.blockers.empty())
        throw Error(plan.blockers.front().code, plan.blockers.front().message);
    return choose_accounts(plan, observation);
}

void refuse_leftovers(const Host& host, const std::vector<NewAccount>& accounts) {
    for (const auto& account : accounts) {
        if (account.kind == NewAccount::Kind::user)
            refuse_leftover_password(host.etc, account.name);
    }
}

/// The last lines are where it says why it gave up.
std::string tail_of(const std::string& output) {
    constexpr std::size_t most = 500;
    auto tail = output.substr(output.size() - std::min(most, output.size()));
    while (!tail.empty() && tail.back() == '\n') tail.pop_back();
    std::ranges::replace(tail, '\n', ' ');
    return escape(tail);
}

void run_sysusers(const Host& host, const std::vector<NewAccount>& accounts) {
    const auto result = run_process(host.sysusers, sysusers_lines(accounts));
    if (result.succeeded) return;
    throw Error(ErrorCode::failed, "systemd-sysusers could not create the accounts (" +
                                       result.ending + "): " + tail_of(result.output));
}

std::vector<std::string> defects_of(const NewAccount& account, const AccountDatabase& database,
                                    const std::string& etc) {
    const bool is_user = account.kind == NewAccount::Kind::user;
    const auto* user = is_user ? database.user(account.name) : nullptr;
    const auto* group = is_user ? nullptr : database.group(account.name);
    if (!user && !group) return {label(account) + " does not exist"};
    auto defects = sys::account_defects(account.name, etc);
    const auto id = user ? user->uid : group->gid;
    if (id != account.id)
        defects.push_back(label(account) + " got id " + std::to_string(id) + " instead of " +
                          std::to_string(account.id) + ", which must not own its directory");
    if (user && user->password != User::Password::locked)
        defects.push_back(label(account) + " has no locked password");
    return defects;
}

void verify(const Host& host, const std::vector<NewAccount>& accounts) {
    const auto database = sys::read_accounts(host.etc);
    std::string message;
    for (const auto& account : accounts) {
        for (const auto& defect : defects_of(account, database, host.etc)) message += "; " + defect;
    }
    if (message.empty()) return;
    throw Error(ErrorCode::failed, "systemd-sysusers ended well, but its work is not whole" +
                                       message +
                                       "; look with pwck -r and grpck -r, put it right "
                                       "with vipw and vigr, then try again");
}

}  // namespace

Outcome create_accounts(const Host& host, const std::vector<std::string>& services) {
    const auto layout = trusted_layout(host.layout);
    require_known(layout, services);
    Outcome outcome;
    outcome.repaired = repair(host, layout, services);
    const auto accounts = choose(layout, observe(host, layout), services);
    if (accounts.empty()) return outcome;
    refuse_leftovers(host, accounts);
    run_sysusers(host, accounts);
    sync_databases(host.etc);
    verify(host, accounts);
    for (const auto& account : accounts) outcome.created.push_back(label(account));
    return outcome;
}

}  // namespace jts::hot_storage::accounts
