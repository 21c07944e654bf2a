#include "accounts/durable.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>

#include "sys/failure.hpp"
#include "sys/fd.hpp"
#include "sys/write_all.hpp"

namespace jts::hot_storage::accounts {
namespace {

sys::Fd open_folder(const std::string& path) {
    sys::Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) throw sys::failure("open", path, errno);
    return fd;
}

void sync(const sys::Fd& fd, const std::string& path) {
    if (::fsync(fd.get()) != 0) throw sys::failure("sync", path, errno);
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

/// A file beside the one to be replaced; gone again unless it was renamed.
class NewFile {
  public:
    NewFile(const sys::Fd& folder, std::string name) : folder_(folder), name_(std::move(name)) {
        // What an interrupted run left is ours alone: the caller holds the databases' lock.
        ::unlinkat(folder.get(), name_.c_str(), 0);
        constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        fd_ = sys::Fd(::openat(folder.get(), name_.c_str(), flags, 0600));
        if (!fd_) throw sys::failure("create", name_, errno);
    }
    ~NewFile() {
        if (!renamed_) ::unlinkat(folder_.get(), name_.c_str(), 0);
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    const sys::Fd& fd() const { return fd_; }
    void rename_to(const std::string& name) {
        if (::renameat(folder_.get(), name_.c_str(), folder_.get(), name.c_str()) != 0)
            throw sys::failure("replace", name, errno);
        renamed_ = true;
    }

  private:
    const sys::Fd& folder_;
    std::string name_;
    sys::Fd fd_;
    bool renamed_ = false;
};

}  // namespace

void replace_file(const std::string& folder, const std::string& name, const std::string& text) {
    const auto path = folder + "/" + name;
    const auto directory = open_folder(folder);
    const auto status = status_of(directory, name, path);
    NewFile file(directory, "." + name + ".jts-hot-storage");
    if (const int error = sys::write_all(file.fd().get(), text); error != 0)
        throw sys::failure("write", path, error);
    take_over_rights(file.fd(), status, path);
    sync(file.fd(), path);
    file.rename_to(name);
    sync(directory, folder);
}

void sync_databases(const std::string& etc) {
    for (const auto* name : {"/passwd", "/group", "/shadow", "/gshadow"}) {
        const auto path = etc + name;
        const sys::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
        if (!fd && errno == ENOENT) continue;
        if (!fd) throw sys::failure("open", path, errno);
        sync(fd, path);
    }
    sync(open_folder(etc), etc);
}

}  // namespace jts::hot_storage::accounts
