/// The least that an exact count of a tree can cost: its directories, known beforehand, read, and
/// one look at each entry, on as many threads as we use. Nothing is added up.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace jts::hot_storage::test {

inline void look_at_content(const std::string& directory) {
    DIR* const stream = ::opendir(directory.c_str());
    if (stream == nullptr) throw std::runtime_error("cannot open " + directory);
    struct statx facts {};
    while (const dirent* entry = ::readdir(stream))
        if (::statx(::dirfd(stream), entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS,
                    &facts) != 0)
            throw std::runtime_error("cannot look into " + directory);
    ::closedir(stream);
}

inline void look_with_least_calls(const std::vector<std::string>& directories, unsigned threads) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> crew;
    for (unsigned i = 0; i < threads; ++i)
        crew.emplace_back([&] {
            for (std::size_t at = next++; at < directories.size(); at = next++)
                look_at_content(directories[at]);
        });
}

}  // namespace jts::hot_storage::test
