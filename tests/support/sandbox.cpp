#include "support/sandbox.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "sys/fd.hpp"

namespace jts::hot_storage::test {
namespace {

using sys::Fd;

/// Once a process: namespaces of namespaces would be of no use.
void enter_private_namespace() {
    static const bool entered = [] {
        require(::unshare(CLONE_NEWNS) == 0,
                "unshare the mount namespace (the sys tier needs root)");
        require(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0,
                "make / private");
        return true;
    }();
    (void)entered;
}

Fd attach_loop_device(const std::string& image, std::string& device) {
    const Fd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    require(static_cast<bool>(control), "open /dev/loop-control");
    const Fd backing(::open(image.c_str(), O_RDWR | O_CLOEXEC));
    loop_config config{};
    config.fd = static_cast<std::uint32_t>(backing.get());
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    for (;;) {
        device = "/dev/loop" + std::to_string(::ioctl(control.get(), LOOP_CTL_GET_FREE));
        Fd loop(::open(device.c_str(), O_RDWR | O_CLOEXEC));
        require(static_cast<bool>(loop), "open " + device);
        if (::ioctl(loop.get(), LOOP_CONFIGURE, &config) == 0) return loop;
        require(errno == EBUSY, "configure " + device);  // another test was faster
    }
}

}  // namespace

void require(bool ok, const std::string& what) {
    if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

Sandbox::Sandbox() {
    enter_private_namespace();
    mount_tmpfs(root);
}

Sandbox::~Sandbox() {
    ::umount2(root, MNT_DETACH);
}

void Sandbox::mount_tmpfs(const std::string& at) const {
    require(::mount("tmpfs", at.c_str(), "tmpfs", 0, "mode=0755") == 0, "mount tmpfs on " + at);
}

void Sandbox::bind(const std::string& from, const std::string& to) const {
    require(::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) == 0, "bind to " + to);
}

void Sandbox::mount_overlay(const std::string& at, const std::string& lower,
                            const std::string& upper, const std::string& work) const {
    const std::string layers = "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work;
    require(::mount("overlay", at.c_str(), "overlay", 0, layers.c_str()) == 0, "overlay on " + at);
}

void Sandbox::mount_ext4(const std::string& at, unsigned megabytes) const {
    const std::string image = std::string(root) + "/.image" + std::to_string(look_at(at).stx_ino);
    make_file(image, 0600, "");
    require(::truncate(image.c_str(), static_cast<off_t>(megabytes) << 20) == 0, "size the image");
    run_program({"/sbin/mkfs.ext4", "-q", "-F", image});
    std::string device;
    const Fd loop = attach_loop_device(image, device);
    require(::mount(device.c_str(), at.c_str(), "ext4", 0, nullptr) == 0, "mount " + device);
}

void make_directory(const std::string& path, unsigned mode) {
    require(::mkdir(path.c_str(), 0700) == 0, "make directory " + path);
    require(::chmod(path.c_str(), mode) == 0, "chmod " + path);
}

void make_file(const std::string& path, unsigned mode, std::string_view content) {
    const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    require(static_cast<bool>(fd), "make file " + path);
    const ssize_t written = ::write(fd.get(), content.data(), content.size());
    require(written == static_cast<ssize_t>(content.size()), "write " + path);
    require(::fchmod(fd.get(), mode) == 0, "chmod " + path);
}

void make_symlink(const std::string& to, const std::string& path) {
    require(::symlink(to.c_str(), path.c_str()) == 0, "make symlink " + path);
}

void give(const std::string& path, std::uint32_t uid, std::uint32_t gid) {
    require(::lchown(path.c_str(), uid, gid) == 0, "chown " + path);
}

sys::Look look_at(const std::string& path) {
    sys::Look seen;
    errno = sys::look(AT_FDCWD, path.c_str(), seen);
    require(errno == 0, "look at " + path);
    return seen;
}

unsigned mode_of(const std::string& path) {
    return look_at(path).stx_mode & 07777u;
}

void set_immutable(const std::string& path, bool immutable) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    require(static_cast<bool>(fd), "open " + path);
    int flags = 0;
    require(::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) == 0, "read attributes of " + path);
    flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    require(::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) == 0, "set attributes of " + path);
}

void run_program(std::initializer_list<std::string> arguments) {
    std::vector<std::string> copies(arguments);
    std::vector<char*> argv;
    for (std::string& copy : copies) argv.push_back(copy.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    errno = ::posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ);
    require(errno == 0, "start " + copies.front());
    int status = 0;
    require(::waitpid(pid, &status, 0) == pid, "wait for " + copies.front());
    if (status != 0) throw std::runtime_error(copies.front() + " failed");
}

}  // namespace jts::hot_storage::test
