/// A disk of a benchmark's own: a file system on a loop device, whose image lies on the machine's
/// disk and goes with the object. Needs root.
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

class Disk {
  public:
    /// `type` as in mkfs.TYPE, with room for that many small files.
    Disk(const std::string& type, std::uintmax_t files) : type_(type) {
        std::ofstream(image_).close();
        std::filesystem::resize_file(image_, (std::uintmax_t{1} << 30) + files * 8192);
        const std::string mkfs = "/sbin/mkfs." + type;
        if (type == "ext4")
            run_program({mkfs, "-q", "-F", "-N", std::to_string(files * 5 / 4 + 10'000), image_});
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
        run_program({"/bin/mount", "-t", type_, "-o", "loop,noatime", image_, at});
        mounted_ = at;
    }

    /// What was read is forgotten: the next reader waits for the disk.
    void forget() const {
        ::sync();
        std::ofstream("/proc/sys/vm/drop_caches") << 3;
    }

  private:
    const std::string type_;
    const std::filesystem::path folder_ = temporary_folder();
    const std::string image_ = folder_ / "disk";
    std::string mounted_;
};

}  // namespace jts::hot_storage::test
