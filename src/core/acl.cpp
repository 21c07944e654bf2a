#include "core/acl.hpp"

#include <algorithm>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage {

namespace {

constexpr std::uint32_t rwx = 07;

std::uint32_t id_of(const AclEntry& entry, const AccountDatabase& accounts) {
    if (entry.name == "root") return 0;
    if (entry.tag == AclEntry::Tag::user) {
        if (const auto* user = accounts.user(entry.name)) return user->uid;
    } else if (const auto* group = accounts.group(entry.name)) {
        return group->gid;
    }
    throw Error(ErrorCode::failed, "an ACL of the layout names " + entry.name +
                                       ", who does not exist; create the account, or take the "
                                       "entry out of the layout");
}

void add_named(std::vector<AclLine>& lines, const AclEntry& entry,
               const AccountDatabase& accounts) {
    const auto tag = entry.tag == AclEntry::Tag::user ? AclLine::Tag::user : AclLine::Tag::group;
    lines.push_back({entry.is_default, tag, id_of(entry, accounts), entry.permissions});
}

void add_base(std::vector<AclLine>& lines, bool is_default, std::uint32_t mode) {
    lines.push_back({is_default, AclLine::Tag::user_obj, 0, (mode >> 6) & rwx});
    lines.push_back({is_default, AclLine::Tag::group_obj, 0, (mode >> 3) & rwx});
    lines.push_back({is_default, AclLine::Tag::other, 0, mode & rwx});
}

void add_acl(std::vector<AclLine>& lines, bool is_default, std::uint32_t mode,
             const std::vector<AclEntry>& entries, const AccountDatabase& accounts) {
    auto mask = (mode >> 3) & rwx;
    bool has_named = false;
    for (const auto& entry : entries) {
        if (entry.is_default != is_default) continue;
        add_named(lines, entry, accounts);
        mask |= entry.permissions;
        has_named = true;
    }
    if (has_named) lines.push_back({is_default, AclLine::Tag::mask, 0, mask});
    if (has_named || !is_default) add_base(lines, is_default, mode);
}

}  // namespace

std::vector<AclLine> acl_lines(std::uint32_t mode, const std::vector<AclEntry>& entries,
                               const AccountDatabase& accounts) {
    std::vector<AclLine> lines;
    for (const bool is_default : {false, true}) {
        add_acl(lines, is_default, mode, entries, accounts);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace jts::hot_storage
