/// The least that giving a tree away by descriptors can cost: for each entry only the calls that
/// cannot be left out (open, look, chown, look for the time of change that Rollback compares with,
/// close), on as many threads as we use, over directories that are known beforehand. No record, no
/// look before the open, nothing kept. What we take beyond that is ours; what this takes beyond the
/// peer is the price of descriptors on the machine.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace jts::hot_storage::test {

inline void give_one_away(int directory, const char* name, uid_t id) {
    struct statx facts {};
    const int entry = ::openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (entry < 0 || ::statx(entry, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &facts) != 0 ||
        ::fchownat(entry, "", id, id, AT_EMPTY_PATH) != 0 ||
        ::statx(entry, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &facts) != 0 || ::close(entry) != 0)
        throw std::runtime_error("the floor could not be measured");
}

inline void give_content_away(const std::string& directory, uid_t id) {
    DIR* const stream = ::opendir(directory.c_str());
    if (stream == nullptr) throw std::runtime_error("cannot open " + directory);
    while (const dirent* entry = ::readdir(stream)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") give_one_away(::dirfd(stream), entry->d_name, id);
    }
    ::closedir(stream);
}

inline void give_away_with_least_calls(const std::vector<std::string>& directories, uid_t id,
                                       unsigned threads) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> crew;
    for (unsigned i = 0; i < threads; ++i)
        crew.emplace_back([&] {
            for (std::size_t at = next++; at < directories.size(); at = next++)
                give_content_away(directories[at], id);
        });
}

}  // namespace jts::hot_storage::test
