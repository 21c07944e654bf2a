#include "sys/small_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "sys/failure.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::size_t size_limit = 16u << 20, first_chunk = 4096;

}  // namespace

int read_whole(int fd, std::string& text) {
    text.resize(first_chunk);
    std::size_t used = 0;
    for (;;) {
        if (used == text.size()) text.resize(text.size() * 2);
        const ssize_t got = ::read(fd, text.data() + used, text.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) break;
        used += static_cast<std::size_t>(got);
        if (used > size_limit) return EFBIG;
    }
    text.resize(used);
    return 0;
}

int read_small_file(int directory, const char* name, std::string& text) {
    const Fd fd(::openat(directory, name, O_RDONLY | O_CLOEXEC));
    if (!fd) return errno;
    return read_whole(fd.get(), text);
}

std::string read_small_file(const std::string& path) {
    std::string text;
    if (const int error = read_small_file(AT_FDCWD, path.c_str(), text); error != 0)
        throw failure("read", path, error);
    return text;
}

}  // namespace jts::hot_storage::sys
