#include "sys/write_all.hpp"

#include <unistd.h>

#include <cerrno>

namespace jts::hot_storage::sys {

int write_all(int fd, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

}  // namespace jts::hot_storage::sys
