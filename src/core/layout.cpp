#include "core/layout.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace jts::hot_storage {

namespace {

const std::string root_name = "root";

using Names = std::vector<std::string>;

bool is_selected(const Names& services, const std::string& name) {
    return services.empty() || std::find(services.begin(), services.end(), name) != services.end();
}

/// The account as its owner in the whole layout defines it: an account that owns a service has that
/// service's group and home, whatever other services' directories it owns besides. Only an account
/// that owns no service at all gets a group of its own name, and a home where it is first named.
std::map<std::string, AccountSpec> all_accounts(const Layout& layout) {
    std::map<std::string, AccountSpec> accounts{{root_name, {"", root_name, root_name, ""}}};
    for (const auto& service : layout.services) {
        const auto& own = service.own();
        accounts.try_emplace(own.owner, AccountSpec{service.name, own.owner, own.group,
                                                    path_of(layout, service, own)});
    }
    for (const auto& service : layout.services) {
        for (const auto& dir : service.directories) {
            accounts.try_emplace(dir.owner, AccountSpec{service.name, dir.owner, dir.owner,
                                                        path_of(layout, service, service.own())});
        }
    }
    return accounts;
}

/// Calls `visit` with every account and every group that the service needs.
void visit_groups(const ServiceSpec& service, const std::map<std::string, AccountSpec>& accounts,
                  const auto& visit) {
    for (const auto& dir : service.directories) {
        visit(dir.group);
        visit(accounts.at(dir.owner).group);
    }
}

std::set<std::string> owners_in(const Layout& layout, const Names& services) {
    std::set<std::string> owners;
    for (const auto& service : layout.services) {
        if (!is_selected(services, service.name)) continue;
        for (const auto& dir : service.directories) owners.insert(dir.owner);
    }
    owners.erase(root_name);
    return owners;
}

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

const ServiceSpec* Layout::find(std::string_view service) const {
    const auto found = std::find_if(services.begin(), services.end(),
                                    [&](const ServiceSpec& s) { return s.name == service; });
    return found != services.end() ? &*found : nullptr;
}

std::string path_of(const Layout& layout, const ServiceSpec& service, const DirectorySpec& dir) {
    const auto own = layout.base + "/" + service.name;
    return dir.name.empty() ? own : own + "/" + dir.name;
}

std::vector<AccountSpec> accounts_of(const Layout& layout, const Names& services) {
    const auto accounts = all_accounts(layout);
    std::vector<AccountSpec> wanted;
    for (const auto& name : owners_in(layout, services)) wanted.push_back(accounts.at(name));
    return wanted;
}

std::vector<GroupSpec> groups_of(const Layout& layout, const Names& services) {
    const auto accounts = all_accounts(layout);
    std::map<std::string, std::string> first_service;
    std::set<std::string> wanted;
    for (const auto& service : layout.services) {
        visit_groups(service, accounts, [&](const std::string& group) {
            first_service.try_emplace(group, service.name);
            if (is_selected(services, service.name)) wanted.insert(group);
        });
    }
    wanted.erase(root_name);

    std::vector<GroupSpec> groups;
    for (const auto& name : wanted) groups.push_back({first_service.at(name), name});
    return groups;
}

bool is_service_name(std::string_view text) noexcept {
    const auto may_follow = [](char c) { return is_lower(c) || is_digit(c) || c == '_'; };
    return !text.empty() && text.size() <= 31 && is_lower(text.front()) &&
           std::all_of(text.begin(), text.end(), may_follow);
}

}  // namespace jts::hot_storage
