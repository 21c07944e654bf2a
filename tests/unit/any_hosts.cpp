#include "unit/any_hosts.hpp"

#include <rapidcheck.h>

#include <algorithm>

#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {

bool chance(int percent) {
    return *rc::gen::inRange(0, 100) < percent;
}

namespace {

template <typename T>
T pick(std::vector<T> values) {
    return *rc::gen::elementOf(std::move(values));
}

std::string any_name() {
    return pick<std::string>({"root", "alpha", "beta", "gamma"});
}

std::uint32_t any_id() {
    return pick<std::uint32_t>({0, 11, 12, 13, 21, 22, 23, 999, 1000, 4'000'000'000});
}

/// Each name of each kind and scope at most once, as the layout's reader makes sure.
std::vector<AclEntry> any_acl() {
    std::vector<AclEntry> acl;
    for (const bool is_default : {false, true}) {
        for (const auto tag : {AclEntry::Tag::user, AclEntry::Tag::group}) {
            for (const auto* name : {"alpha", "gamma"}) {
                if (chance(10)) acl.push_back({is_default, tag, name, *rc::gen::inRange(0U, 8U)});
            }
        }
    }
    return acl;
}

DirectorySpec any_directory(const std::string& name) {
    return {name,
            any_name(),
            any_name(),
            *rc::gen::inRange(0U, 01000U),
            pick<Policy>({Policy::exact, Policy::at_most}),
            pick<Below>({Below::owner_and_group, Below::owner, Below::declared_only}),
            any_acl()};
}

Layout any_layout() {
    Layout layout;
    layout.base = "/data/hot";
    for (const auto* name : {"one", "three", "two"}) {
        if (!chance(70)) continue;
        ServiceSpec service;
        service.name = name;
        service.directories = {any_directory(""), any_directory("data"), any_directory("logs")};
        layout.services.push_back(service);
    }
    return layout;
}

/// Some accounts, each with ids of its own.
AccountDatabase any_accounts() {
    auto accounts = bare_accounts();
    std::uint32_t id = 11;
    for (const auto* name : {"alpha", "beta", "gamma"}) {
        if (chance(60)) accounts.groups.push_back({name, id + 10, {}});
        const auto password =
            pick<User::Password>({User::Password::locked, User::Password::missing});
        if (chance(60)) accounts.users.push_back({name, id, id + 10, "/", "/bin/sh", password});
        ++id;
    }
    return accounts;
}

void add_any_acl(EntryState& entry, bool is_default) {
    using Tag = AclLine::Tag;
    const auto any = [] { return *rc::gen::inRange(0U, 8U); };
    const auto bits = [&](std::uint32_t shift) { return (entry.mode >> shift) & 7; };
    entry.acl.push_back({is_default, Tag::user_obj, 0, is_default ? any() : bits(6)});
    if (chance(50)) entry.acl.push_back({is_default, Tag::user, any_id(), any()});
    entry.acl.push_back({is_default, Tag::group_obj, 0, any()});
    if (chance(50)) entry.acl.push_back({is_default, Tag::group, any_id(), any()});
    entry.acl.push_back({is_default, Tag::mask, 0, is_default ? any() : bits(3)});
    entry.acl.push_back({is_default, Tag::other, 0, is_default ? any() : bits(0)});
}

EntryState any_entry() {
    using Type = EntryState::Type;
    EntryState entry;
    entry.type = pick<Type>({Type::directory, Type::directory, Type::directory, Type::directory,
                             Type::missing, Type::symlink, Type::other});
    if (entry.type != Type::directory) return entry;
    entry.uid = any_id();
    entry.gid = any_id();
    entry.mode = *rc::gen::inRange(0U, 010000U);
    entry.immutable = chance(10);
    for (const bool is_default : {false, true}) {
        if (chance(25)) add_any_acl(entry, is_default);
    }
    std::sort(entry.acl.begin(), entry.acl.end());
    return entry;
}

BelowState any_below() {
    BelowState below;
    below.foreign = chance(30) ? *rc::gen::inRange<std::uint64_t>(1, 100) : 0;
    if (chance(20)) below.refused.push_back({"hard-link: elsewhere", 3, {"/data/hot/x"}});
    return below;
}

void remove_what_cannot_be(const ServiceSpec& service, Observation& host) {
    const auto type = entry_of(host, {service.name, ""}).type;
    if (type == EntryState::Type::directory) return;
    for (const auto& dir : service.directories) {
        if (!dir.name.empty()) host.directories[{service.name, dir.name}] = {};
    }
}

/// A host with a safe base, and anything below it.
Observation any_host(const Layout& layout) {
    auto host = empty_host(layout);
    host.accounts = any_accounts();
    if (chance(30)) return host;
    for (auto& component : host.base_path) component.entry = directory(0, 0, 0755);
    host.base_path.back().entry = directory(0, any_id(), *rc::gen::inRange(0U, 010000U));
    for (auto& [key, seen] : host.directories) {
        seen.entry = any_entry();
        if (seen.entry.type == EntryState::Type::directory) seen.below = any_below();
    }
    for (const auto& service : layout.services) remove_what_cannot_be(service, host);
    return host;
}

}  // namespace

Case any_case() {
    auto layout = any_layout();
    auto host = any_host(layout);
    return {std::move(layout), std::move(host)};
}

}  // namespace jts::hot_storage::test
