#include "accounts/database_lock.hpp"

#include <fcntl.h>

#include <cerrno>
#include <thread>

#include "sys/failure.hpp"

namespace jts::hot_storage::accounts {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::milliseconds interval{50};

bool try_lock(int fd, const std::string& path) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    throw sys::failure("lock", path, errno);
}

}  // namespace

DatabaseLock::DatabaseLock(const std::string& etc, std::chrono::milliseconds patience) {
    const auto path = etc + "/.pwd.lock";
    fd_ =
        sys::Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0600));
    if (!fd_) throw sys::failure("open", path, errno);
    const auto deadline = steady_clock::now() + patience;
    while (!try_lock(fd_.get(), path)) {
        if (steady_clock::now() >= deadline)
            throw Error(ErrorCode::busy, path +
                                             " is locked by another program that changes accounts; "
                                             "try again when it has ended (lslocks shows it)");
        std::this_thread::sleep_for(interval);
    }
}

}  // namespace jts::hot_storage::accounts
