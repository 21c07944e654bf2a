#include "core/observation.hpp"

#include <algorithm>

namespace jts::hot_storage {

namespace {

/// The first entry, as in nss_files, whose member equals the key.
template <typename Entry, typename Key>
const Entry* find_first(const std::vector<Entry>& entries, auto Entry::*member, const Key& key) {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return entry.*member == key; });
    return found != entries.end() ? &*found : nullptr;
}

template <typename Entry>
std::string name_or_number(const Entry* entry, std::uint32_t id) {
    return entry != nullptr ? entry->name : std::to_string(id);
}

}  // namespace

const User* AccountDatabase::user(std::string_view name) const {
    return find_first(users, &User::name, name);
}

const User* AccountDatabase::user(std::uint32_t uid) const {
    return find_first(users, &User::uid, uid);
}

const Group* AccountDatabase::group(std::string_view name) const {
    return find_first(groups, &Group::name, name);
}

const Group* AccountDatabase::group(std::uint32_t gid) const {
    return find_first(groups, &Group::gid, gid);
}

std::string owner_text(const AccountDatabase& accounts, std::uint32_t uid, std::uint32_t gid) {
    return name_or_number(accounts.user(uid), uid) + ":" + name_or_number(accounts.group(gid), gid);
}

}  // namespace jts::hot_storage
