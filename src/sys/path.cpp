#include "sys/path.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "core/text.hpp"
#include "sys/failure.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::sys {
namespace {

Fd open_root() {
    Fd root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) throw failure("open", "/", errno);
    return root;
}

[[noreturn]] void throw_unsafe(const std::string& path, const std::string& why) {
    throw Error(ErrorCode::unsafe_path,
                "cannot use " + escape(path) + ": " + why +
                    "; make it a directory of root's that neither group nor others may write");
}

[[noreturn]] void throw_not_opened(const std::string& path, int error) {
    if (error == ENOENT)
        throw Error(ErrorCode::plan_stale,
                    "cannot use " + escape(path) + ": it is gone; plan again");
    if (is_absence(error)) throw_unsafe(path, "it is a symbolic link or no directory");
    throw failure("open", path, error);
}

void require_safe(int directory, const std::string& path) {
    Look seen;
    if (const int error = look(directory, seen); error != 0) throw failure("look at", path, error);
    if (is_safe_parent(seen)) return;
    throw_unsafe(path, "user " + std::to_string(seen.stx_uid) + " owns it and its mode is " +
                           octal(seen.stx_mode & 07777u));
}

}  // namespace

std::vector<std::string> components_of(std::string_view path) {
    std::vector<std::string> components;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) components.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return components;
}

Fd open_component(int parent, const char* name) noexcept {
    return Fd(::openat(parent, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC));
}

Fd open_for_reading(int directory, const std::string& path) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    Fd fd(::openat(directory, ".", flags | O_NOATIME));
    // Without CAP_FOWNER, as in the accounts unit, others' access times cannot be spared.
    if (!fd && errno == EPERM) fd = Fd(::openat(directory, ".", flags));
    if (!fd) throw failure("open", path, errno);
    return fd;
}

bool is_absence(int error) noexcept {
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

Fd open_if_directory(const std::string& path) {
    Fd current = open_root();
    for (const std::string& component : components_of(path)) {
        Fd next = open_component(current.get(), component.c_str());
        if (!next && is_absence(errno)) return {};
        if (!next) throw failure("open", path, errno);
        current = std::move(next);
    }
    return current;
}

Fd open_safe_directory(const std::string& path) {
    Fd current = open_root();
    require_safe(current.get(), "/");
    std::string reached;
    for (const std::string& component : components_of(path)) {
        reached += "/" + component;
        Fd next = open_component(current.get(), component.c_str());
        if (!next) throw_not_opened(reached, errno);
        require_safe(next.get(), reached);
        current = std::move(next);
    }
    return current;
}

}  // namespace jts::hot_storage::sys
