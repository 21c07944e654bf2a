/// A disk of a benchmark's own: a file system on a loop device, whose image lies on the machine's
/// disk and is gone when nobody has it mounted; or a folder there, which goes with the object.
/// Needs root.
#pragma once

#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "support/sandbox.hpp"

namespace jts::hot_storage::test {

/// On the machine's own disk, in the folder for what survives a restart.
inline std::filesystem::path temporary_folder() {
    char name[] = "/var/tmp/jts-bench-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("cannot make a folder in /var/tmp");
    return name;
}

/// The kernel forgets what it has read, unless that is still to be written: the next reader waits
/// for the disk.
inline void forget_what_was_read() {
    std::ofstream("/proc/sys/vm/drop_caches") << 3;
}

class Disk {
  public:
    /// `type` as in mkfs.TYPE, with room for that many files; or `folder`.
    Disk(const std::string& type, std::uintmax_t files, std::uintmax_t bytes_a_file = 8192)
        : type_(type) {
        if (type == "folder") return;
        std::ofstream(image_).close();
        std::filesystem::resize_file(image_, (std::uintmax_t{1} << 30) + files * bytes_a_file);
        const std::string mkfs = "/sbin/mkfs." + type;
        if (type == "ext4")
            // Nothing of it is left for the kernel to write while somebody measures.
            run_program({mkfs, "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", "-N",
                         std::to_string(files * 5 / 4 + 10'000), image_});
        else if (type == "btrfs")
            run_program({mkfs, "-q", image_});
        else
            run_program({mkfs, "-q", "-f", image_});
    }
    ~Disk() {
        if (!mounted_.empty()) ::umount2(mounted_.c_str(), MNT_DETACH);
        std::filesystem::remove_all(folder_);
    }
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    void mount(const std::string& at) {
        if (type_ == "folder") {
            run_program({"/bin/mount", "--bind", folder_, at});
        } else {
            run_program({"/bin/mount", "-t", type_, "-o", "loop,noatime", image_, at});
            // The loop device holds it: whatever ends us, nothing is left.
            std::filesystem::remove_all(folder_);
        }
        mounted_ = at;
    }

    /// All of it: what is to be written is written first.
    void forget() const {
        ::sync();
        forget_what_was_read();
    }

  private:
    const std::string type_;
    const std::filesystem::path folder_ = temporary_folder();
    const std::string image_ = folder_ / "disk";
    std::string mounted_;
};

}  // namespace jts::hot_storage::test
