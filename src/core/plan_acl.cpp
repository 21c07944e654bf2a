#include "core/plan_acl.hpp"

#include <algorithm>
#include <tuple>

#include "core/text.hpp"

namespace jts::hot_storage::planning {

namespace {

constexpr std::uint32_t rwx = 07;

std::uint32_t with_group_bits(std::uint32_t mode, std::uint32_t bits) {
    return (mode & 0707) | (bits << 3);
}

auto sort_key(const NamedLine& line) {
    return std::tuple(line.tag, !line.id.has_value(), line.id.value_or(0), line.name);
}

void sort(std::vector<NamedLine>& lines) {
    std::sort(lines.begin(), lines.end(),
              [](const NamedLine& a, const NamedLine& b) { return sort_key(a) < sort_key(b); });
}

/// The mask that lets every line have all it names.
std::uint32_t widest_mask(const Acl& acl) {
    auto mask = group_bits(acl.base);
    for (const auto& line : acl.named) mask |= line.permissions;
    return mask;
}

bool same_line(const NamedLine& a, const NamedLine& b) {
    return a.tag == b.tag && a.id == b.id && a.permissions == b.permissions;
}

std::string name_of(const AccountDatabase& accounts, AclEntry::Tag tag, std::uint32_t id) {
    if (tag == AclEntry::Tag::user) {
        const auto* user = accounts.user(id);
        return user != nullptr ? user->name : std::to_string(id);
    }
    const auto* group = accounts.group(id);
    return group != nullptr ? group->name : std::to_string(id);
}

void add_named(Acl& acl, AclEntry::Tag tag, const AclLine& line, const AccountDatabase& accounts) {
    acl.named.push_back({tag, line.id, name_of(accounts, tag, line.id), line.permissions});
}

void add_line(Acl& acl, const AclLine& line, const AccountDatabase& accounts) {
    switch (line.tag) {
        case AclLine::Tag::user_obj:
            acl.base = (acl.base & 0077) | (line.permissions << 6);
            break;
        case AclLine::Tag::user:
            add_named(acl, AclEntry::Tag::user, line, accounts);
            break;
        case AclLine::Tag::group_obj:
            acl.base = with_group_bits(acl.base, line.permissions);
            break;
        case AclLine::Tag::group:
            add_named(acl, AclEntry::Tag::group, line, accounts);
            break;
        case AclLine::Tag::mask:
            acl.mask = line.permissions;
            break;
        case AclLine::Tag::other:
            acl.base = (acl.base & 0770) | line.permissions;
            break;
    }
}

void add_wanted(Acl& acl, const AclEntry& entry, const Numbering& numbering) {
    const bool is_user = entry.tag == AclEntry::Tag::user;
    const auto id = is_user ? numbering.user(entry.name) : numbering.group(entry.name);
    acl.named.push_back({entry.tag, id, entry.name, entry.permissions});
}

std::string permissions_text(std::uint32_t permissions) {
    std::string text = "---";
    if ((permissions & 4) != 0) text[0] = 'r';
    if ((permissions & 2) != 0) text[1] = 'w';
    if ((permissions & 1) != 0) text[2] = 'x';
    return text;
}

void append_named(std::string& text, const std::string& prefix, const Acl& acl, AclEntry::Tag tag) {
    for (const auto& line : acl.named) {
        if (line.tag != tag) continue;
        text += prefix + escape(line.name) + ":" + permissions_text(line.permissions) + ",";
    }
}

std::string lines_of(const Acl& acl, const std::string& scope) {
    auto text = scope + "user::" + permissions_text(acl.base >> 6) + ",";
    append_named(text, scope + "user:", acl, AclEntry::Tag::user);
    text += scope + "group::" + permissions_text(group_bits(acl.base)) + ",";
    append_named(text, scope + "group:", acl, AclEntry::Tag::group);
    if (acl.mask) text += scope + "mask::" + permissions_text(*acl.mask) + ",";
    return text + scope + "other::" + permissions_text(acl.base & rwx);
}

}  // namespace

std::uint32_t group_bits(std::uint32_t mode) {
    return (mode >> 3) & rwx;
}

std::uint32_t Acl::shown() const {
    return mask ? with_group_bits(base, *mask) : base;
}

Acl rebased(Acl acl, std::uint32_t base) {
    acl.base = base;
    acl.mask = acl.named.empty() ? std::nullopt : std::optional(widest_mask(acl));
    return acl;
}

bool same_named(const Acl& a, const Acl& b) {
    return std::equal(a.named.begin(), a.named.end(), b.named.begin(), b.named.end(), same_line);
}

Access present_access(const EntryState& entry, const AccountDatabase& accounts) {
    Access access;
    for (const auto& line : entry.acl) {
        if (line.is_default && !access.inherited) access.inherited.emplace();
        add_line(line.is_default ? *access.inherited : access.own, line, accounts);
    }
    auto& own = access.own;
    const bool extended = own.mask.has_value();
    // The mode is what the kernel enforces; the group's own line is told by the ACL alone.
    own.base = with_group_bits(entry.mode, group_bits(extended ? own.base : entry.mode));
    own.mask = extended ? std::optional(group_bits(entry.mode)) : std::nullopt;
    sort(own.named);
    if (access.inherited) sort(access.inherited->named);
    return access;
}

Access wanted_access(const DirectorySpec& spec, const Numbering& numbering) {
    Access access;
    for (const auto& entry : spec.acl) {
        if (entry.is_default && !access.inherited) access.inherited.emplace();
        add_wanted(entry.is_default ? *access.inherited : access.own, entry, numbering);
    }
    sort(access.own.named);
    access.own = rebased(std::move(access.own), spec.mode);
    if (access.inherited) {
        sort(access.inherited->named);
        access.inherited = rebased(std::move(*access.inherited), spec.mode);
    }
    return access;
}

std::string text_of(const Access& access) {
    if (!access.own.mask && !access.inherited) return "none";
    auto text = lines_of(access.own, "");
    if (access.inherited) text += "," + lines_of(*access.inherited, "default:");
    return text;
}

}  // namespace jts::hot_storage::planning
