// Groups and accounts: T29.
#include <tuple>

#include "core/plan_accounts.hpp"
#include "core/text.hpp"
#include "core/validate_checks.hpp"

namespace jts::hot_storage::validation {

namespace {

constexpr std::uint32_t first_uid_of_people = 1000;
/// Whoever is a member of it has root's power over the host (docker's own documentation).
constexpr std::string_view group_like_root = "docker";

std::string account_text(const std::string& group, const std::string& home,
                         const std::string& shell) {
    return "group " + escape(group) + ", home " + escape(home) + ", shell " + escape(shell);
}

std::string group_name(const AccountDatabase& accounts, std::uint32_t gid) {
    const auto* group = accounts.group(gid);
    return group != nullptr ? group->name : std::to_string(gid);
}

/// A group or an account is there unless the plan creates it. Whether it is.
bool check_existence(Context& context, std::string_view check, ChangeKind kind, bool exists,
                     const std::string& service, const std::string& name) {
    const std::string what = kind == ChangeKind::create_group ? "the group " : "the account ";
    const auto result = exists ? CheckResult::pass : CheckResult::fail;
    auto& finding = context.add(check, result, service, name,
                                what + name + (exists ? " exists" : " is missing"));
    const auto* change = change_of(context.input.plan, kind, name);
    if (!exists && change != nullptr) {
        finding.expected = change->desired;
        finding.actual = change->current;
        finding.fix = provision;
    }
    return exists;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + escape(name);
    return text;
}

void check_members(Context& context, const GroupSpec& spec, const Group& group) {
    if (spec.name != group_like_root) return;
    const bool is_right = group.members.empty();
    auto& finding = context.add(
        check::group_members, is_right ? CheckResult::pass : CheckResult::warn, spec.service,
        spec.name,
        is_right ? "the group " + spec.name + " has no members"
                 : "the members of the group " + spec.name + " have root's power over this host");
    finding.actual = joined(group.members);
    if (!is_right) finding.fix = "gpasswd -d MEMBER " + spec.name + ", for each who should not";
}

Finding& add_account(Context& context, CheckResult result, const AccountSpec& spec,
                     const User& user, std::string message) {
    const auto& accounts = context.input.observation.accounts;
    auto& finding =
        context.add(check::user_account, result, spec.service, spec.name, std::move(message));
    finding.expected = account_text(spec.group, spec.home, std::string(planning::new_shell));
    finding.actual = "uid " + std::to_string(user.uid) + ", " +
                     account_text(group_name(accounts, user.gid), user.home, user.shell);
    return finding;
}

/// What an adopted account has that a created one would not.
std::string oddities(const AccountSpec& spec, const User& user) {
    std::string text;
    if (user.home != spec.home) text += "its home is " + escape(user.home);
    if (user.shell != planning::new_shell) {
        text += (text.empty() ? "its shell is " : " and its shell ") + escape(user.shell);
    }
    return text;
}

void check_incomplete(Context& context, const AccountSpec& spec, const User& user) {
    add_account(context, CheckResult::fail, spec, user,
                "the account " + spec.name + " has no line in the shadow file")
        .fix = provision;
}

void check_adopted(Context& context, const AccountSpec& spec, const User& user) {
    const bool is_of_people = user.uid >= first_uid_of_people;
    const auto odd = oddities(spec, user);
    auto message = "the account " + spec.name + " may run its service";
    if (!odd.empty()) message += "; it is used as it is, although " + odd;
    if (is_of_people) {
        message = "the account " + spec.name + " has a uid of the range that is for people (" +
                  std::to_string(first_uid_of_people) + " and above)";
    }
    auto& finding = add_account(context, is_of_people ? CheckResult::warn : CheckResult::pass, spec,
                                user, std::move(message));
    if (is_of_people) finding.fix = "make it a system account, or name another owner in the layout";
}

void check_user(Context& context, const AccountSpec& spec) {
    const auto* user = context.input.observation.accounts.user(spec.name);
    if (!check_existence(context, check::user_exists, ChangeKind::create_user, user != nullptr,
                         spec.service, spec.name)) {
        return;
    }
    const auto faults =
        planning::account_faults(context.input.layout, spec, *user, context.numbering);
    for (const auto& fault : faults) {
        add_account(context, CheckResult::fail, spec, *user, fault.what).fix = fault.help;
    }
    if (user->password == User::Password::missing) {
        check_incomplete(context, spec, *user);
    } else if (faults.empty()) {
        check_adopted(context, spec, *user);
    }
}

/// Names in ACLs whom the layout does not create.
void check_acl_names(Context& context, const ServiceSpec& service) {
    for (const auto& directory : service.directories) {
        for (const auto& entry : directory.acl) {
            if (planning::has_name(context.numbering, entry)) continue;
            const auto fault = planning::acl_fault(context.input.layout, service, directory, entry);
            const bool is_user = entry.tag == AclEntry::Tag::user;
            context
                .add(is_user ? check::user_exists : check::group_exists, CheckResult::fail,
                     service.name, entry.name, fault.what)
                .fix = fault.help;
        }
    }
}

}  // namespace

void check_accounts(Context& context, const ServiceSpec& service) {
    const auto& [layout, services] = std::tie(context.input.layout, context.input.services);
    for (const auto& spec : groups_of(layout, services)) {
        if (spec.service != service.name) continue;
        const auto* group = context.input.observation.accounts.group(spec.name);
        const bool exists = check_existence(context, check::group_exists, ChangeKind::create_group,
                                            group != nullptr, spec.service, spec.name);
        if (exists) check_members(context, spec, *group);
    }
    for (const auto& spec : accounts_of(layout, services)) {
        if (spec.service == service.name) check_user(context, spec);
    }
    check_acl_names(context, service);
}

}  // namespace jts::hot_storage::validation
