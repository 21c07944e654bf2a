#include "sys/state_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "core/text.hpp"
#include "sys/failure.hpp"
#include "sys/look.hpp"
#include "sys/new_file.hpp"
#include "sys/small_file.hpp"
#include "sys/write_all.hpp"

namespace jts::hot_storage::sys {
namespace {

Fd open_folder(const std::string& folder) {
    Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened && errno == ENOENT)
        throw Error(ErrorCode::failed, escape(folder) +
                                           " is missing: `systemctl restart "
                                           "jts-hot-storage.service` makes it again");
    if (!opened) throw failure("open", folder, errno);
    Look seen;
    if (const int error = look(opened.get(), seen); error != 0)
        throw failure("look at", folder, error);
    if (!is_safe_parent(seen))
        throw Error(ErrorCode::unsafe_path,
                    escape(folder) +
                        " must be root's and not writable by others: chown root:root, "
                        "chmod 0700");
    return opened;
}

/// A FIFO would be waited for.
void expect_regular(const Fd& fd, const std::string& path) {
    Look seen;
    if (const int error = look(fd.get(), seen); error != 0) throw failure("look at", path, error);
    if (!S_ISREG(seen.stx_mode))
        throw Error(ErrorCode::failed,
                    escape(path) + " is no regular file; move it elsewhere, and a new one is made");
}

}  // namespace

void expect_state_folder(const std::string& folder) {
    open_folder(folder);
}

std::optional<std::string> read_state_file(const std::string& folder, const std::string& name) {
    const auto path = folder + "/" + name;
    const auto opened = open_folder(folder);
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const Fd fd(::openat(opened.get(), name.c_str(), flags));
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd) throw failure("open", path, errno);
    expect_regular(fd, path);
    std::string text;
    if (const int error = read_whole(fd.get(), text); error != 0)
        throw failure("read", path, error);
    return text;
}

void write_state_file(const std::string& folder, const std::string& name, const std::string& text) {
    const auto path = folder + "/" + name;
    const auto opened = open_folder(folder);
    NewFile file(opened, "." + name + ".new");
    if (const int error = write_all(file.fd().get(), text); error != 0)
        throw failure("write", path, error);
    sync_to_disk(file.fd(), path);
    file.rename_to(name);
    sync_to_disk(opened, folder);
}

void set_state_file_aside(const std::string& folder, const std::string& name) {
    const auto opened = open_folder(folder);
    const auto aside = name + ".damaged";
    if (::renameat(opened.get(), name.c_str(), opened.get(), aside.c_str()) != 0)
        throw failure("rename", folder + "/" + name, errno);
    sync_to_disk(opened, folder);
}

}  // namespace jts::hot_storage::sys
