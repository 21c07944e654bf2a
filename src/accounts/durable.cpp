#include "accounts/durable.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "sys/failure.hpp"
#include "sys/fd.hpp"
#include "sys/new_file.hpp"
#include "sys/write_all.hpp"

namespace jts::hot_storage::accounts {
namespace {

sys::Fd open_folder(const std::string& path) {
    sys::Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) throw sys::failure("open", path, errno);
    return fd;
}

struct stat status_of(const sys::Fd& folder, const std::string& name, const std::string& path) {
    struct stat status {};
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        throw sys::failure("look at", path, errno);
    if (!S_ISREG(status.st_mode)) throw sys::failure("replace", path, EINVAL);
    return status;
}

/// Owner before mode: the new file is never open to more than the old one was.
void take_over_rights(const sys::Fd& fd, const struct stat& status, const std::string& path) {
    if (::fchown(fd.get(), status.st_uid, status.st_gid) != 0)
        throw sys::failure("set owner of", path, errno);
    if (::fchmod(fd.get(), status.st_mode & 0777) != 0)
        throw sys::failure("set mode of", path, errno);
}

}  // namespace

void replace_file(const std::string& folder, const std::string& name, const std::string& text) {
    const auto path = folder + "/" + name;
    const auto directory = open_folder(folder);
    const auto status = status_of(directory, name, path);
    sys::NewFile file(directory, "." + name + ".jts-hot-storage");
    if (const int error = sys::write_all(file.fd().get(), text); error != 0)
        throw sys::failure("write", path, error);
    take_over_rights(file.fd(), status, path);
    sys::sync_to_disk(file.fd(), path);
    file.rename_to(name);
    sys::sync_to_disk(directory, folder);
}

void sync_databases(const std::string& etc) {
    for (const auto* name : {"/passwd", "/group", "/shadow", "/gshadow"}) {
        const auto path = etc + name;
        const sys::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
        if (!fd && errno == ENOENT) continue;
        if (!fd) throw sys::failure("open", path, errno);
        sys::sync_to_disk(fd, path);
    }
    sys::sync_to_disk(open_folder(etc), etc);
}

}  // namespace jts::hot_storage::accounts
