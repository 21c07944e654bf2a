#include "probe/write_probe.hpp"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "sys/path.hpp"
#include "sys/write_all.hpp"

namespace jts::hot_storage::probe {
namespace {

using sys::Fd;
using Clock = std::chrono::steady_clock;

constexpr std::size_t bytes = 4096;

/// Empty, with errno set, where there is anything but directories on the way.
Fd open_directory(const std::string& path) {
    Fd current(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (const auto& component : sys::components_of(path)) {
        Fd next = sys::open_component(current.get(), component.c_str());
        if (!next) return next;
        current = std::move(next);
    }
    return current;
}

/// Zero or an errno value.
int write_and_sync(const Fd& directory) {
    const Fd file(::openat(directory.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    // A kernel's file system that does not know O_TMPFILE sees a directory opened for writing.
    if (!file) return errno == EISDIR ? EOPNOTSUPP : errno;
    if (const int error = sys::write_all(file.get(), std::string(bytes, 'j')); error != 0)
        return error;
    return ::fsync(file.get()) == 0 ? 0 : errno;
}

std::string name_of(int error) {
    const char* name = ::strerrorname_np(error);
    return name != nullptr ? name : "E" + std::to_string(error);
}

std::string reason_of(int error) {
    if (error == EOPNOTSUPP)
        return "the file system has no files without a name (O_TMPFILE), and the probe makes no "
               "others";
    if (error == ENOTDIR) return "it, or a directory above it, is a symbolic link or no directory";
    return std::generic_category().message(error);
}

std::uint64_t microseconds_since(Clock::time_point start) {
    const auto elapsed = Clock::now() - start;
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
}

}  // namespace

ProbeResult probe_directory(const DirectoryKey& directory, const std::string& path) {
    ProbeResult result{.directory = directory};
    const Fd opened = open_directory(path);
    int error = opened ? 0 : errno;
    const auto start = Clock::now();
    if (error == 0) error = write_and_sync(opened);
    if (error == 0) {
        result.latency_usec = microseconds_since(start);
    } else {
        result.error = name_of(error);
        result.reason = reason_of(error);
    }
    return result;
}

}  // namespace jts::hot_storage::probe
