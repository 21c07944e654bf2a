#include "sys/changer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "core/acl.hpp"
#include "core/text.hpp"
#include "sys/acl.hpp"
#include "sys/failure.hpp"
#include "sys/give_below.hpp"
#include "sys/target.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::uint32_t plain_bits = 0777, special_bits = 07000;

[[noreturn]] void throw_no_account(const char* what, const std::string& name) {
    throw Error(ErrorCode::failed, "cannot give anything to " + std::string(what) + " " +
                                       escape(name) + ": it does not exist; plan again");
}

/// chown(2) takes the highest number for "leave it".
constexpr std::uint32_t keep_id = std::numeric_limits<std::uint32_t>::max();

Owner owner_of(const PlannedChange& change, const AccountDatabase& accounts) {
    const User* user = accounts.user(change.owner);
    const Group* group = accounts.group(change.group);
    if (change.owner != "root" && (user == nullptr || user->uid == keep_id))
        throw_no_account("user", change.owner);
    if (change.group != "root" && (group == nullptr || group->gid == keep_id))
        throw_no_account("group", change.group);
    return {change.owner == "root" ? 0 : user->uid, change.group == "root" ? 0 : group->gid};
}

/// The parent may hand down a set-group-ID bit and a default ACL. The new directory stays closed
/// until it has its owner; then mode and ACL come in one step.
void create_directory(const Target& target, const PlannedChange& change,
                      const AccountDatabase& accounts) {
    const Owner owner = owner_of(change, accounts);
    const auto lines = acl_lines(change.mode, change.acl, accounts);
    const Fd directory = make_directory(target);
    change_mode(directory.get(), target.path, 0700);
    change_owner(directory.get(), target.path, owner);
    if (change.acl.empty() && read_acl(directory.get(), target.path).empty())
        change_mode(directory.get(), target.path, change.mode);
    else
        write_acl(directory.get(), target.path, lines);
}

/// Bits that only the old or only the new mode has are dropped before the owner changes, so that
/// neither owner ever has what is meant for the other. What is still lacking comes with set_mode.
void set_owner(const Target& target, const PlannedChange& change, const AccountDatabase& accounts) {
    const Owner owner = owner_of(change, accounts);
    const Fd directory = open_target(target, change.prior);
    const std::uint32_t mode = look_through(directory.get(), target.path).stx_mode & 07777u;
    const std::uint32_t common = mode & change.mode & plain_bits;
    if (common != mode) change_mode(directory.get(), target.path, common);
    change_owner(directory.get(), target.path, owner);
}

void set_mode(const Target& target, const PlannedChange& change) {
    const Fd directory = open_target(target, change.prior);
    change_mode(directory.get(), target.path, change.mode);
}

/// An ACL brings the mode's nine bits with it, but leaves the special ones.
void set_acl(const Target& target, const PlannedChange& change, const AccountDatabase& accounts) {
    const auto lines = acl_lines(change.mode, change.acl, accounts);
    const Fd directory = open_target(target, change.prior);
    const std::uint32_t mode = look_through(directory.get(), target.path).stx_mode & 07777u;
    if ((mode & special_bits) != 0) change_mode(directory.get(), target.path, mode);
    write_acl(directory.get(), target.path, lines);
}

ChangeOutcome set_owner_below(const Layout& layout, const Target& target,
                              const PlannedChange& change, const AccountDatabase& accounts,
                              const BelowOptions& options, const std::stop_token& stop) {
    const Owner owner = owner_of(change, accounts);
    const Fd directory = open_target(target, change.prior);
    const Want want{owner.uid, owner.gid, change.below == Below::owner_and_group};
    return give_below(layout, find_declared(layout, change.target), directory.get(), want, options,
                      stop);
}

}  // namespace

ChangeOutcome apply_change(const Layout& layout, const PlannedChange& change,
                           const AccountDatabase& accounts, const BelowOptions& options,
                           const std::stop_token& stop) {
    const Target target = find_target(layout, change.target);
    switch (change.change.kind) {
        case ChangeKind::create_directory:
            create_directory(target, change, accounts);
            return {};
        case ChangeKind::set_owner:
            set_owner(target, change, accounts);
            return {};
        case ChangeKind::set_mode:
            set_mode(target, change);
            return {};
        case ChangeKind::set_acl:
            set_acl(target, change, accounts);
            return {};
        case ChangeKind::set_owner_below:
            return set_owner_below(layout, target, change, accounts, options, stop);
        case ChangeKind::create_group:
        case ChangeKind::create_user:
            break;
    }
    throw Error(ErrorCode::failed, "cannot make the change " +
                                       std::string(to_string(change.change.kind)) +
                                       " to the tree: it is about accounts");
}

}  // namespace jts::hot_storage::sys
