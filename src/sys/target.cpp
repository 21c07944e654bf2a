#include "sys/target.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/text.hpp"
#include "sys/acl.hpp"
#include "sys/directory_reader.hpp"
#include "sys/failure.hpp"
#include "sys/path.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::uint32_t plain_bits = 0777;

Target target_in_safe_parent(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return {open_safe_directory(path.substr(0, slash)), path.substr(slash + 1), path};
}

/// Not as stale: something was changed, which the caller has to undo.
[[noreturn]] void throw_exchanged(const std::string& path, const std::string& what) {
    throw Error(ErrorCode::failed,
                "cannot create directory " + escape(path) + ": " + what +
                    " while it was made; what was made, root's, empty and with mode 0700, may be "
                    "elsewhere in the service's directory");
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
        throw_exchanged(target.path, "something else was put in the new directory's place");
}

}  // namespace

void throw_stale(const std::string& path, const std::string& why) {
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

std::string path_of(const Layout& layout, const DirectoryKey& key) {
    return key.first.empty() ? key.second : find_declared(layout, key).path;
}

Target find_target(const Layout& layout, const DirectoryKey& key) {
    const auto& [service, name] = key;
    if (service.empty()) return target_in_safe_parent(name);
    const Declared declared = find_declared(layout, key);
    Target target = target_in_safe_parent(layout.base + "/" + service);
    if (name.empty()) return target;
    Fd own = open_component(target.parent.get(), service.c_str());
    if (!own && is_absence(errno)) throw_stale(target.path, "it is no directory any more");
    if (!own) throw failure("open", target.path, errno);
    return {std::move(own), name, declared.path};
}

void change_owner(int fd, const std::string& path, const Owner& owner) {
    if (::fchown(fd, owner.uid, owner.gid) != 0) throw failure("set owner of", path, errno);
}

void change_mode(int fd, const std::string& path, std::uint32_t mode) {
    if (::fchmod(fd, mode & plain_bits) != 0) throw failure("set mode of", path, errno);
}

Look look_through(int fd, const std::string& path) {
    Look seen;
    if (const int error = look(fd, seen); error != 0) throw failure("look at", path, error);
    return seen;
}

Fd open_target(const Target& target, const EntryState& prior) {
    const Fd directory = open_component(target.parent.get(), target.name.c_str());
    if (!directory && is_absence(errno)) throw_stale(target.path, "it is no directory any more");
    if (!directory) throw failure("open", target.path, errno);
    const bool is_same = prior.type == EntryState::Type::directory &&
                         identity_of(look_through(directory.get(), target.path)) == prior.identity;
    if (!is_same) throw_stale(target.path, "another directory has taken its place");
    return open_for_reading(directory.get(), target.path);
}

EntryState state_of_target(const Target& target) {
    const Fd directory = open_component(target.parent.get(), target.name.c_str());
    if (directory) {
        Look seen;
        const int error = look(directory.get(), seen);
        if (error == EACCES) return {.type = EntryState::Type::sealed};
        if (error != 0) throw failure("look at", target.path, error);
        const Fd readable = open_for_reading(directory.get(), target.path);
        return entry_state(seen, read_acl(readable.get(), target.path));
    }
    if (!is_absence(errno)) throw failure("open", target.path, errno);
    Look seen;
    const int error = look(target.parent.get(), target.name.c_str(), seen);
    if (error == ENOENT) return {};
    if (error != 0) throw failure("look at", target.path, error);
    return entry_state(seen, {});
}

bool is_mount_point(const Target& target) {
    const Fd directory = open_component(target.parent.get(), target.name.c_str());
    if (!directory && is_absence(errno)) return false;
    if (!directory) throw failure("open", target.path, errno);
    return (look_through(directory.get(), target.path).stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

Fd make_directory(const Target& target) {
    if (::mkdirat(target.parent.get(), target.name.c_str(), 0700) != 0) {
        if (errno == EEXIST) throw_stale(target.path, "something of that name appeared");
        throw failure("create directory", target.path, errno);
    }
    const Fd directory = open_component(target.parent.get(), target.name.c_str());
    if (!directory && is_absence(errno))
        throw_exchanged(target.path, "the new directory was taken away");
    if (!directory) throw failure("open", target.path, errno);
    require_fresh(target, directory.get());
    return open_for_reading(directory.get(), target.path);
}

}  // namespace jts::hot_storage::sys
