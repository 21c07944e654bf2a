#include "sys/processes.hpp"

#include <dirent.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "sys/failure.hpp"
#include "sys/small_file.hpp"

namespace jts::hot_storage::sys {
namespace {

/// A process that existed at the last look may take the account's ids without a new process id.
constexpr std::chrono::milliseconds longest_trust{10};

struct CloseDirectory {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

bool is_process(const char* name) {
    return std::isdigit(static_cast<unsigned char>(*name)) != 0;
}

/// Whether one of the numbers in `\nUid:\t1\t2\t3\t4\n` is `uid`.
bool status_has_uid(const std::string& status, std::uint32_t uid) {
    const std::size_t at = status.find("\nUid:");
    if (at == std::string::npos) return false;
    const char* cursor = status.c_str() + at + 5;
    for (int i = 0; i < 4; ++i) {
        char* end = nullptr;
        if (std::strtoul(cursor, &end, 10) == uid) return true;
        cursor = end;
    }
    return false;
}

/// A /proc that hides others' processes hides the first one, too.
bool hides_processes(const std::string& proc) {
    return ::access((proc + "/1/status").c_str(), F_OK) != 0;
}

}  // namespace

bool has_process(std::uint32_t uid, const std::string& proc) {
    const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(proc.c_str()));
    if (!directory) throw failure("read", proc, errno);
    if (hides_processes(proc)) return true;
    std::string status;
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
        if (!is_process(entry->d_name)) continue;
        const std::string name = std::string(entry->d_name) + "/status";
        const int error = read_small_file(::dirfd(directory.get()), name.c_str(), status);
        const bool is_gone = error == ENOENT || error == ESRCH;
        if (error != 0 && !is_gone) throw failure("read", proc + "/" + name, error);
        if (error == 0 && status_has_uid(status, uid)) return true;
        errno = 0;
    }
    if (errno != 0) throw failure("read", proc, errno);
    return false;
}

/// The last field of loadavg, which every fork moves.
std::string Stillness::newest_process() const {
    const std::string text = read_small_file(proc_ + "/loadavg");
    return text.substr(text.rfind(' ') + 1);
}

bool Stillness::holds() {
    const std::lock_guard lock(mutex_);
    if (broken_) return false;
    const auto now = std::chrono::steady_clock::now();
    std::string newest = newest_process();
    if (newest == newest_ && now - looked_at_ < longest_trust) return true;
    broken_ = has_process(uid_, proc_);
    newest_ = std::move(newest);
    looked_at_ = now;
    return !broken_;
}

}  // namespace jts::hot_storage::sys
