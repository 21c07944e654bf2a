#include "sys/look.hpp"

#include <fcntl.h>

#include <cerrno>

namespace jts::hot_storage::sys {
namespace {

constexpr unsigned wanted = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;

int call_statx(int directory, const char* name, int flags, unsigned mask, Look& out) noexcept {
    const int all_flags = flags | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    return ::statx(directory, name, all_flags, mask, &out) == 0 ? 0 : errno;
}

EntryState::Type type_of(const Look& look) noexcept {
    if (S_ISDIR(look.stx_mode)) return EntryState::Type::directory;
    if (S_ISLNK(look.stx_mode)) return EntryState::Type::symlink;
    return EntryState::Type::other;
}

}  // namespace

int look(int directory, const char* name, Look& out) noexcept {
    return call_statx(directory, name, 0, wanted, out);
}

int look(int fd, Look& out) noexcept {
    return call_statx(fd, "", AT_EMPTY_PATH, wanted, out);
}

int look_at_mount(int directory, const char* name, Look& out) noexcept {
    return call_statx(directory, name, AT_STATX_DONT_SYNC, 0, out);
}

bool same_mount(const Look& a, const Look& b) noexcept {
    if (a.stx_mnt_id != b.stx_mnt_id) return false;
    if (!S_ISDIR(a.stx_mode) || !S_ISDIR(b.stx_mode)) return true;
    return a.stx_dev_major == b.stx_dev_major && a.stx_dev_minor == b.stx_dev_minor;
}

Identity identity_of(const Look& look) noexcept {
    Identity identity{look.stx_dev_major, look.stx_dev_minor, look.stx_ino, 0, 0};
    if (look.stx_mask & STATX_BTIME) {
        identity.birth_sec = look.stx_btime.tv_sec;
        identity.birth_nsec = look.stx_btime.tv_nsec;
    }
    return identity;
}

bool same_inode(const Identity& a, const Identity& b) noexcept {
    return a.inode == b.inode && a.birth_sec == b.birth_sec && a.birth_nsec == b.birth_nsec;
}

EntryState entry_state(const Look& look, std::vector<AclLine> acl) {
    return {.type = type_of(look),
            .identity = identity_of(look),
            .uid = look.stx_uid,
            .gid = look.stx_gid,
            .mode = look.stx_mode & 07777u,
            .immutable = is_pinned(look),
            .acl = std::move(acl)};
}

bool is_safe_parent(const Look& look) noexcept {
    return S_ISDIR(look.stx_mode) && look.stx_uid == 0 && (look.stx_mode & 0022) == 0;
}

bool is_pinned(const Look& look) noexcept {
    return (look.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}

}  // namespace jts::hot_storage::sys
