#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sys/acl.hpp"
#include "sys/directory_reader.hpp"
#include "sys/failure.hpp"
#include "sys/path.hpp"
#include "sys/restore.hpp"

namespace jts::hot_storage::sys {
namespace {

using Type = EntryState::Type;
constexpr std::uint32_t plain_bits = 0777, special_bits = 07000;

bool same_file(const EntryState& a, const EntryState& b) {
    return a.type == Type::directory && b.type == Type::directory &&
           same_inode(a.identity, b.identity);
}

/// What a change sets, and what comes back: never the special bits.
bool same_access(const EntryState& a, const EntryState& b) {
    return a.uid == b.uid && a.gid == b.gid && (a.mode & plain_bits) == (b.mode & plain_bits) &&
           a.acl == b.acl;
}

/// Each of owner, mode and ACL is what the change left or what was there before: an undoing that
/// was interrupted leaves both, and a mode of the bits that they have in common.
bool is_between(const EntryState& now, const EntryState& left, const EntryState& prior) {
    const auto has_owner_of = [&](const EntryState& other) {
        return now.uid == other.uid && now.gid == other.gid;
    };
    const auto has_mode = [&](std::uint32_t mode) {
        return (now.mode & plain_bits) == (mode & plain_bits);
    };
    return (has_owner_of(left) || has_owner_of(prior)) &&
           (has_mode(left.mode) || has_mode(prior.mode) || has_mode(left.mode & prior.mode)) &&
           (now.acl == left.acl || now.acl == prior.acl);
}

RestoreVerdict judge_created(const DirectoryChange& change, const EntryState& now) {
    if (now.type == Type::missing) return {RestoreVerdict::already};
    if (!same_file(now, change.left)) return {RestoreVerdict::leave, not_restored::gone};
    if (!same_access(now, change.left)) return {RestoreVerdict::leave, not_restored::touched};
    return {RestoreVerdict::restore};
}

RestoreVerdict judge_removed(const EntryState& now) {
    if (now.type == Type::missing) return {RestoreVerdict::restore};
    return {RestoreVerdict::leave, not_restored::touched};
}

/// Bits that only the one or only the other state has are dropped before the owner changes, so that
/// neither owner ever has what is meant for the other.
void restore_access(int fd, const std::string& path, const EntryState& now,
                    const EntryState& prior) {
    change_mode(fd, path, now.mode & prior.mode);
    change_owner(fd, path, {prior.uid, prior.gid});
    if (!now.acl.empty() || !prior.acl.empty()) write_acl(fd, path, prior.acl);
    change_mode(fd, path, prior.mode);
}

void create_again(const Target& target, const EntryState& prior) {
    const Fd directory = make_directory(target);
    const Look seen = look_through(directory.get(), target.path);
    const EntryState made = entry_state(seen, read_acl(directory.get(), target.path));
    restore_access(directory.get(), target.path, made, prior);
}

/// Only while it is empty, and the same: by name, as there is no other way; nobody but root, or the
/// service in its own directory, can put another in its place, and an empty one is lost at worst.
bool remove_created(const Target& target, const EntryState& now) {
    if (!same_file(state_of_target(target), now)) return false;
    if (::unlinkat(target.parent.get(), target.name.c_str(), AT_REMOVEDIR) == 0) return true;
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT || errno == ENOTDIR) return false;
    throw failure("remove directory", target.path, errno);
}

}  // namespace

RestoreVerdict judge_restore(const DirectoryChange& change, const EntryState& now) {
    if (change.prior.type == Type::missing) return judge_created(change, now);
    if (change.left.type == Type::missing) return judge_removed(now);
    if (!same_file(now, change.prior)) return {RestoreVerdict::leave, not_restored::gone};
    if (same_access(now, change.prior)) return {RestoreVerdict::already};
    if (!is_between(now, change.left, change.prior))
        return {RestoreVerdict::leave, not_restored::touched};
    if (now.immutable) return {RestoreVerdict::leave, not_restored::immutable};
    const bool lost = (change.prior.mode & ~now.mode & special_bits) != 0;
    return {RestoreVerdict::restore, lost ? not_restored::special_bits : nullptr};
}

bool put_back(const Target& target, const EntryState& now, const EntryState& prior) {
    if (prior.type == Type::missing) return remove_created(target, now);
    if (now.type == Type::missing) {
        create_again(target, prior);
        return true;
    }
    restore_access(open_target(target, now).get(), target.path, now, prior);
    return true;
}

bool holds_others(const Target& target, const std::vector<std::string>& names) {
    const Fd directory = open_component(target.parent.get(), target.name.c_str());
    if (!directory && is_absence(errno)) return false;
    if (!directory) throw failure("open", target.path, errno);
    DirectoryReader reader(open_for_reading(directory.get(), target.path));
    int error = 0;
    bool found = false;
    while (const RawEntry* entry = reader.next(error))
        found = found || std::ranges::find(names, entry->name) == names.end();
    if (error != 0) throw failure("read directory", target.path, error);
    return found;
}

}  // namespace jts::hot_storage::sys
