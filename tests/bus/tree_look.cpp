#include "bus/tree_look.hpp"

#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <sstream>

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;

std::string line_of(const fs::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return "absent";
    std::ostringstream line;
    line << std::oct << found.st_mode << std::dec << ' ' << found.st_uid << ':' << found.st_gid
         << " links " << found.st_nlink << " size " << found.st_size;
    for (const auto& time : {found.st_mtim, found.st_ctim})
        line << ' ' << time.tv_sec << '.' << time.tv_nsec;
    return line.str();
}

}  // namespace

std::map<std::string, std::string> picture_of(const std::string& root) {
    std::map<std::string, std::string> picture{{root, line_of(root)}};
    for (const auto& entry : fs::recursive_directory_iterator(root))
        picture[entry.path()] = line_of(entry.path());
    return picture;
}

Watch::Watch(const std::vector<std::string>& paths) : fd_(::inotify_init1(IN_NONBLOCK)) {
    for (const auto& path : paths) {
        EXPECT_GE(::inotify_add_watch(fd_, path.c_str(), IN_OPEN | IN_ACCESS), 0) << path;
    }
}

Watch::~Watch() {
    ::close(fd_);
}

std::size_t Watch::count() const {
    alignas(inotify_event) std::array<char, 65536> events{};
    std::size_t count = 0;
    for (;;) {
        const auto size = ::read(fd_, events.data(), events.size());
        if (size <= 0) return count;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size); ++count)
            at += sizeof(inotify_event) +
                  reinterpret_cast<const inotify_event*>(events.data() + at)->len;
    }
}

}  // namespace jts::hot_storage::test
