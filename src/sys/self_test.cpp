#include "sys/self_test.hpp"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "sys/courtesy.hpp"
#include "sys/fd.hpp"
#include "sys/look.hpp"
#include "sys/small_file.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr const char* own_file = ".self-test";
constexpr const char* acl_attribute = "system.posix_acl_access";

std::string with_reason(std::string what, int error) {
    return std::move(what) + " (" + std::generic_category().message(error) + ")";
}

struct Capability {
    unsigned number;
    const char* name;
    const char* without;
};

// By number, since <linux/capability.h> is no part of what the project builds with.
constexpr std::array capabilities{
    Capability{0, "CAP_CHOWN", "nothing can be given to a service's account"},
    Capability{3, "CAP_FOWNER", "modes and ACLs of a service's directories cannot be set"},
    Capability{1, "CAP_DAC_OVERRIDE", "a service's closed directories cannot be entered"},
};

/// 0 where the kernel does not say.
std::uint64_t effective_capabilities(int proc) {
    std::string status;
    if (read_small_file(proc, "self/status", status) != 0) return 0;
    const auto at = status.find("\nCapEff:");
    return at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + 8, nullptr, 16);
}

void test_identity(int proc, std::vector<Lack>& lacks) {
    if (::geteuid() != 0)
        lacks.push_back({"user id 0", "User=", "the bus and polkit do not know the service"});
    const auto effective = effective_capabilities(proc);
    for (const auto& capability : capabilities) {
        if ((effective >> capability.number & 1) == 0)
            lacks.push_back({capability.name, "CapabilityBoundingSet=", capability.without});
    }
}

void test_proc(int proc, std::vector<Lack>& lacks) {
    std::string text;
    if (const int error = read_small_file(proc, "sys/fs/protected_hardlinks", text); error != 0)
        lacks.push_back({with_reason("/proc/sys/fs/protected_hardlinks", error), "ProcSubset=all",
                         "files with more than one name are refused"});
    // With ProtectProc=invisible others' processes are seen by the group root alone.
    if (const int error = read_small_file(proc, "1/status", text); error != 0)
        lacks.push_back({with_reason("the sight of other processes", error), "Group=",
                         "running services are not seen when files with more than one name are "
                         "given away"});
}

/// In a thread of its own, since it is for good.
void test_giving_way(std::vector<Lack>& lacks) try {
    int error = 0;
    std::thread([&] { error = give_way_to_others(); }).join();
    if (error != 0)
        lacks.push_back({with_reason("the system call sched_setscheduler or ioprio_set", error),
                         "SystemCallFilter=sched_setscheduler ioprio_set",
                         "walks do not give way to other processes"});
} catch (const std::system_error& failure) {
    lacks.push_back({with_reason("a thread", failure.code().value()),
                     "SystemCallFilter=clone clone3", "nothing but properties is answered"});
}

void test_runtime_folder(const std::string& path, std::vector<Lack>& lacks) {
    if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0)
        lacks.push_back({with_reason("write access to " + path, errno),
                         "RuntimeDirectory=", "accounts cannot be created, nor writing be probed"});
}

struct SystemCall {
    const char* name;
    const char* giver;
    const char* without;
    int (*call)(int fd);
};

/// Each leaves the file as it is. -1 for "leave it" needs no capability.
constexpr std::array system_calls{
    SystemCall{"fchown", "SystemCallFilter=@chown", "directories cannot be given away",
               [](int fd) { return ::fchown(fd, uid_t(-1), gid_t(-1)); }},
    SystemCall{"fchownat", "SystemCallFilter=@chown",
               "what lies below directories cannot be given away",
               [](int fd) { return ::fchownat(fd, "", uid_t(-1), gid_t(-1), AT_EMPTY_PATH); }},
    SystemCall{"fchmod", "SystemCallFilter=@file-system", "modes cannot be set",
               [](int fd) { return ::fchmod(fd, 0600); }},
    SystemCall{"fsetxattr", "SystemCallFilter=@file-system", "ACLs cannot be set",
               [](int fd) { return ::fsetxattr(fd, acl_attribute, "", 0, 0); }},
    SystemCall{"fremovexattr", "SystemCallFilter=@file-system", "ACLs cannot be removed",
               [](int fd) { return ::fremovexattr(fd, acl_attribute); }},
    SystemCall{"fsync", "SystemCallFilter=@sync", "what is written may be lost in a crash",
               [](int fd) { return ::fsync(fd); }},
};

/// A file system without ACLs, or a file without one, is no lack.
bool says_nothing(int error) {
    return error == ENOTSUP || error == ENODATA;
}

void test_system_calls(int file, std::vector<Lack>& lacks) {
    for (const auto& test : system_calls) {
        if (test.call(file) != 0 && !says_nothing(errno))
            lacks.push_back({with_reason(std::string("the system call ") + test.name, errno),
                             test.giver, test.without});
    }
}

void test_state_folder(const std::string& path, std::vector<Lack>& lacks) {
    const auto lack = [&](const std::string& what) {
        lacks.push_back({what, "StateDirectory=", "nothing can be recorded about changes"});
    };
    const Fd folder(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return lack(with_reason("folder " + path, errno));
    Look found{};
    if (const int error = look(folder.get(), found); error != 0)
        return lack(with_reason("folder " + path, error));
    if (!is_safe_parent(found)) return lack("folder " + path + " as root's alone");
    constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const Fd file(::openat(folder.get(), own_file, flags, 0600));
    if (!file) return lack(with_reason("write access to " + path, errno));
    test_system_calls(file.get(), lacks);
    // Another daemon that starts now may have removed it.
    if (::unlinkat(folder.get(), own_file, 0) != 0 && errno != ENOENT)
        lack(with_reason("removal of files in " + path, errno));
}

}  // namespace

std::vector<Lack> self_test(const SelfTestPaths& paths) {
    std::vector<Lack> lacks;
    const Fd proc(::open(paths.proc.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    test_identity(proc.get(), lacks);
    test_state_folder(paths.state, lacks);
    test_runtime_folder(paths.runtime, lacks);
    test_proc(proc.get(), lacks);
    test_giving_way(lacks);
    return lacks;
}

}  // namespace jts::hot_storage::sys
