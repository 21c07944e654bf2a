#include "tree_naive.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string_view>

namespace jts::hot_storage::test {
namespace {

void naive_chown_content(const std::string& path, std::uint32_t id) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory) return;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") naive_chown(path + "/" + entry->d_name, id);
    }
}

}  // namespace

void naive_chown(const std::string& path, std::uint32_t id) {
    struct stat seen {};
    if (::lstat(path.c_str(), &seen) != 0) return;
    if (seen.st_uid != id && ::lchown(path.c_str(), id, id) != 0) return;
    if (S_ISDIR(seen.st_mode)) naive_chown_content(path, id);
}

void naive_chown_file(const std::string& path, std::uint32_t id) {
    struct stat seen {};
    if (::lstat(path.c_str(), &seen) != 0 || !S_ISREG(seen.st_mode) || seen.st_nlink != 1) return;
    if (::chown(path.c_str(), id, id) != 0) return;
}

void naive_chown_on_device(const std::string& path, const std::string& top, std::uint32_t id) {
    struct stat of_top {
    }, seen{};
    if (::lstat(top.c_str(), &of_top) != 0 || ::lstat(path.c_str(), &seen) != 0) return;
    if (S_ISDIR(seen.st_mode) && seen.st_dev == of_top.st_dev) naive_chown(path, id);
}

void naive_set_owner_and_mode(const std::string& path, std::uint32_t id, unsigned mode) {
    if (::chown(path.c_str(), id, id) != 0 || ::chmod(path.c_str(), mode) != 0) return;
}

}  // namespace jts::hot_storage::test
