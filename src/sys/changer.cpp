#include "sys/changer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "core/acl.hpp"
#include "core/text.hpp"
#include "sys/acl.hpp"
#include "sys/directory_reader.hpp"
#include "sys/failure.hpp"
#include "sys/give_below.hpp"
#include "sys/look.hpp"
#include "sys/path.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::uint32_t plain_bits = 0777, special_bits = 07000;

[[noreturn]] void throw_stale(const std::string& path, const std::string& why) {
    throw Error(ErrorCode::plan_stale, "cannot change " + escape(path) + ": " + why +
                                           " since the plan was made; plan again");
}

Declared find_declared(const Layout& layout, const DirectoryKey& key) {
    for (const Declared& declared : declared_directories(layout, {key.first}))
        if (declared.key() == key) return declared;
    throw Error(ErrorCode::failed, "cannot change directory " + escape(key.second) +
                                       " of service " + escape(key.first) +
                                       ": the layout does not declare it");
}

/// A directory to change: its parent, open and beyond the reach of anybody but root, or, for a
/// directory in a service's, the service's own; and its name there.
struct Target {
    Fd parent;
    std::string name;
    std::string path;
};

Target target_in_safe_parent(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return {open_safe_directory(path.substr(0, slash)), path.substr(slash + 1), path};
}

Target find_target(const Layout& layout, const PlannedChange& change) {
    const auto& [service, name] = change.target;
    if (service.empty()) return target_in_safe_parent(name);
    const Declared declared = find_declared(layout, change.target);
    Target target = target_in_safe_parent(layout.base + "/" + service);
    if (name.empty()) return target;
    Fd own = open_component(target.parent.get(), service.c_str());
    if (!own && is_absence(errno)) throw_stale(target.path, "it is no directory any more");
    if (!own) throw failure("open", target.path, errno);
    return {std::move(own), name, declared.path};
}

Look look_through(int fd, const std::string& path) {
    Look seen;
    if (const int error = look(fd, seen); error != 0) throw failure("look at", path, error);
    return seen;
}

/// Opens the target for reading, and makes sure that it is the directory which the plan is about.
Fd open_target(const Target& target, const EntryState& prior) {
    const Fd directory = open_component(target.parent.get(), target.name.c_str());
    if (!directory && is_absence(errno)) throw_stale(target.path, "it is no directory any more");
    if (!directory) throw failure("open", target.path, errno);
    const bool is_same = prior.type == EntryState::Type::directory &&
                         identity_of(look_through(directory.get(), target.path)) == prior.identity;
    if (!is_same) throw_stale(target.path, "another directory has taken its place");
    return open_for_reading(directory.get(), target.path);
}

struct Owner {
    uid_t uid;
    gid_t gid;
};

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

void change_owner(int fd, const std::string& path, const Owner& owner) {
    if (::fchown(fd, owner.uid, owner.gid) != 0) throw failure("set owner of", path, errno);
}

void change_mode(int fd, const std::string& path, std::uint32_t mode) {
    if (::fchmod(fd, mode & plain_bits) != 0) throw failure("set mode of", path, errno);
}

/// Nothing that was put in the new directory's place passes: it is root's, of the parent's file
/// system, and holds nothing.
void require_fresh(const Target& target, int directory) {
    const Look seen = look_through(directory, target.path);
    const Look parent = look_through(target.parent.get(), target.path);
    DirectoryReader reader(open_for_reading(directory, target.path));
    int error = 0;
    const bool is_empty = reader.next(error) == nullptr;
    if (error != 0) throw failure("read directory", target.path, error);
    if (seen.stx_uid != ::geteuid() || !same_mount(seen, parent) || !is_empty)
        throw_stale(target.path, "something else was put in the place of the new directory");
}

Fd make_directory(const Target& target) {
    if (::mkdirat(target.parent.get(), target.name.c_str(), 0700) != 0) {
        if (errno == EEXIST) throw_stale(target.path, "something of that name appeared");
        throw failure("create directory", target.path, errno);
    }
    const Fd directory = open_component(target.parent.get(), target.name.c_str());
    if (!directory && is_absence(errno))
        throw_stale(target.path, "the new directory was taken away");
    if (!directory) throw failure("open", target.path, errno);
    require_fresh(target, directory.get());
    return open_for_reading(directory.get(), target.path);
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
    const Target target = find_target(layout, change);
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

ChangeOutcome apply_change(const Layout& layout, const PlannedChange& change,
                           const AccountDatabase& accounts, unsigned threads, WalkMeter* meter,
                           std::stop_token stop) {
    BelowOptions options;
    options.threads = threads;
    options.meter = meter;
    return apply_change(layout, change, accounts, options, stop);
}

}  // namespace jts::hot_storage::sys
