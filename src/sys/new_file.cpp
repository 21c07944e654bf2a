#include "sys/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "sys/failure.hpp"

namespace jts::hot_storage::sys {

NewFile::NewFile(const Fd& folder, std::string name) : folder_(folder), name_(std::move(name)) {
    ::unlinkat(folder.get(), name_.c_str(), 0);
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    fd_ = Fd(::openat(folder.get(), name_.c_str(), flags, 0600));
    if (!fd_) throw failure("create", name_, errno);
}

NewFile::~NewFile() {
    if (!renamed_) ::unlinkat(folder_.get(), name_.c_str(), 0);
}

void NewFile::rename_to(const std::string& name) {
    if (::renameat(folder_.get(), name_.c_str(), folder_.get(), name.c_str()) != 0)
        throw failure("replace", name, errno);
    renamed_ = true;
}

void sync_to_disk(const Fd& fd, const std::string& path) {
    if (::fsync(fd.get()) != 0) throw failure("write to the disk", path, errno);
}

}  // namespace jts::hot_storage::sys
