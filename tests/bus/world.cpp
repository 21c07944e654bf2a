#include "bus/world.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "support/paths.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;

void require(bool good, const std::string& what) {
    if (!good) throw std::system_error(errno, std::generic_category(), what);
}

void mount_one(const char* source, const std::string& target, const char* type, unsigned long flags,
               const char* data = nullptr) {
    require(::mount(source, target.c_str(), type, flags, data) == 0, "mount " + target);
}

/// The calling process is the first one of the namespaces.
int enter(int (*body)()) try {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    mount_one("none", "/", nullptr, MS_REC | MS_PRIVATE);
    mount_one("proc", "/proc", "proc", 0);
    // What the daemon calls a safe parent must not depend on who runs the tests.
    ::umask(022);
    return body();
} catch (const std::exception& error) {
    std::fprintf(stderr, "the tests' namespace cannot be set up: %s\n", error.what());
    return 1;
}

/// The accounts of a bare Debian, an operator and somebody else.
void write_accounts() {
    write_file("/etc/passwd",
               "root:x:0:0:root:/root:/bin/bash\n"
               "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
               "olga:x:1001:1001::/home/olga:/bin/bash\n"
               "pat:x:1002:1002::/home/pat:/bin/bash\n"
               "beyond:x:4000000000:65534::/:/bin/bash\n");
    write_file("/etc/group",
               "root:x:0:\nshadow:x:42:\njts-operators:x:990:olga\nolga:x:1001:\npat:x:1002:\n"
               "nogroup:x:65534:\n");
    write_file("/etc/shadow",
               "root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n"
               "olga:!:19000:0:99999:7:::\npat:!:19000:0:99999:7:::\n"
               "beyond:!:19000:0:99999:7:::\n",
               0640);
    write_file("/etc/gshadow",
               "root:*::\nshadow:*::\njts-operators:!::olga\nolga:!::\npat:!::\nnogroup:*::\n",
               0640);
    for (const char* path : {"/etc/shadow", "/etc/gshadow"}) {
        require(::chown(path, 0, 42) == 0, std::string("chown ") + path);
    }
}

void write_etc(const std::string& loader_cache) {
    write_file("/etc/ld.so.cache", loader_cache);
    write_file("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\n");
    write_file("/etc/machine-id", "0123456789abcdef0123456789abcdef\n", 0444);
    write_accounts();
    fs::create_directories("/etc/jts-hot-storage/layout.d");
}

}  // namespace

int in_namespaces(int (*body)()) {
    if (::unshare(CLONE_NEWNS | CLONE_NEWPID) != 0) {
        std::perror("the bus tier needs root, for namespaces of its own");
        return 1;
    }
    const pid_t child = ::fork();
    if (child == 0) std::exit(enter(body));
    int status = 1;
    if (child < 0 || ::waitpid(child, &status, 0) != child) return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

World::World() {
    const auto loader_cache = fs::exists("/etc/ld.so.cache") ? read_file("/etc/ld.so.cache") : "";
    const auto layout = read_file(source_path("layout/layout.json"));
    const auto fresh = [this](const std::string& path) {
        mount_one("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
        mounts_.push_back(path);
    };
    const auto bound = [this](const std::string& source, const std::string& target) {
        fs::create_directories(target);
        mount_one(source.c_str(), target, nullptr, MS_BIND);
        mounts_.push_back(target);
    };
    // The project first: it may lie below what the other mounts hide.
    fresh("/run");
    bound(source_path(), "/run/project/source");
    bound(built_path(), "/run/project/build");
    for (const char* path : {"/etc", "/usr/share", "/var/lib", "/mnt"}) fresh(path);
    fs::create_directories("/run/jts-hot-storage");
    fs::create_directories("/var/lib/jts-hot-storage");  // StateDirectory= of the unit
    fs::create_directories("/run/dbus");
    write_etc(loader_cache);
    fs::create_directories("/usr/share/jts-hot-storage");
    write_file("/usr/share/jts-hot-storage/layout.json", layout);
}

World::~World() {
    for (auto path = mounts_.rbegin(); path != mounts_.rend(); ++path) {
        ::umount2(path->c_str(), MNT_DETACH);
    }
}

void write_file(const std::string& path, const std::string& text, unsigned mode) {
    std::ofstream file(path, std::ios::trunc | std::ios::binary);
    file << text;
    file.close();
    require(file.good(), "write " + path);
    require(::chmod(path.c_str(), mode) == 0, "chmod " + path);
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    require(file.good(), "open " + path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace jts::hot_storage::test
