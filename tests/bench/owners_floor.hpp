/// The least that a tree's owners can cost, on as many threads as we use, over directories that are
/// known beforehand. Giving away by descriptors: for each entry only the calls that cannot be left
/// out (open, look, chown, look for the time of change that Rollback compares with, close); no
/// record, no look before the open, nothing kept. Finding all as it is to be: one look for each.
/// What we take beyond that is ours; what this takes beyond the peer is the machine's price.
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

inline void look_at_one(int directory, const char* name) {
    struct statx facts {};
    if (::statx(directory, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &facts) != 0)
        throw std::runtime_error("the floor could not be measured");
}

/// `act` with the directory's descriptor and each name in it.
template <typename Act>
void for_content_of(const std::string& directory, const Act& act) {
    DIR* const stream = ::opendir(directory.c_str());
    if (stream == nullptr) throw std::runtime_error("cannot open " + directory);
    while (const dirent* entry = ::readdir(stream)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") act(::dirfd(stream), entry->d_name);
    }
    ::closedir(stream);
}

template <typename Act>
void for_all_with_least_calls(const std::vector<std::string>& directories, unsigned threads,
                              const Act& act) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> crew;
    for (unsigned i = 0; i < threads; ++i)
        crew.emplace_back([&] {
            for (std::size_t at = next++; at < directories.size(); at = next++)
                for_content_of(directories[at], act);
        });
}

}  // namespace jts::hot_storage::test
