/// A file that takes another one's place in one step: after a power cut there is the old or the new
/// one.
#pragma once

#include <string>

#include "sys/fd.hpp"

namespace jts::hot_storage::sys {

/// A file under a name beside the one to be replaced; gone again unless it was renamed. The caller
/// alone writes in the folder, or holds its lock.
class NewFile {
  public:
    /// Made with mode 0600; what an interrupted run left under that name is removed. `folder` must
    /// outlive it. Throws `Error(no_space, failed)`, as everything here.
    NewFile(const Fd& folder, std::string name);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    const Fd& fd() const { return fd_; }
    void rename_to(const std::string& name);

  private:
    const Fd& folder_;
    std::string name_;
    Fd fd_;
    bool renamed_ = false;
};

/// Everything of the file, or every name in the folder, is on the disk when it returns.
void sync_to_disk(const Fd& fd, const std::string& path);

}  // namespace jts::hot_storage::sys
