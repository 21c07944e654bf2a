#include "sys/layout_files.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>

#include "core/text.hpp"
#include "sys/failure.hpp"
#include "sys/fd.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::sys {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 1u << 20;

/// Why a file or a folder is not used. Ends in `LayoutFile::untrusted`.
struct Distrust {
    std::string reason;
    int error = 0;  ///< errno where a system call failed
};

/// What is wrong with the host and not with the file, and may be right at the next call.
bool may_pass(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO || error == EINTR;
}

[[noreturn]] void fail(std::string_view action, const fs::path& subject, int error) {
    if (may_pass(error)) throw failure(action, subject.native(), error);
    throw Distrust{failure(action, subject.native(), error).what(), error};
}

bool only_root_writes(const Look& look) {
    return look.stx_uid == 0 && (look.stx_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// `what` stands before the reason: a folder's path, nothing for the file itself.
void require_root_only(int fd, const fs::path& path, const std::string& what) {
    Look found{};
    if (const int error = look(fd, found); error != 0) fail("look at", path, error);
    if (only_root_writes(found)) return;
    throw Distrust{what + "has owner " + std::to_string(found.stx_uid) + " and mode " +
                   octal(found.stx_mode & 07777u) +
                   ", but must be root's and writable by nobody else"};
}

fs::path from_root(const fs::path& path) {
    return path.is_absolute() ? path : fs::current_path() / path;
}

/// One component at a time from `/`, following no link, so that every folder on the way is the one
/// whose owner was looked at.
Fd open_trusted_folder(const fs::path& path) {
    constexpr int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    fs::path walked = "/";
    Fd folder(::open("/", flags));
    if (!folder) fail("open the folder", walked, errno);
    require_root_only(folder.get(), walked, "its folder / ");
    for (const auto& component : from_root(path).lexically_normal().relative_path()) {
        if (component.empty()) continue;  // behind a slash at the end
        walked /= component;
        folder = Fd(::openat(folder.get(), component.c_str(), flags));
        if (!folder) fail("open the folder (links are not followed)", walked, errno);
        require_root_only(folder.get(), walked, "its folder " + escape(walked.native()) + " ");
    }
    return folder;
}

Fd open_folder(const fs::path& path, bool check_owner) {
    if (check_owner) return open_trusted_folder(path);
    Fd folder(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) fail("open the folder", path, errno);
    return folder;
}

void require_trusted_file(int fd, const fs::path& path) {
    Look found{};
    if (const int error = look(fd, found); error != 0) fail("look at", path, error);
    if (!S_ISREG(found.stx_mode)) throw Distrust{"is not a regular file"};
    require_root_only(fd, path, "");
}

/// A FIFO or a device must not block the open, nor a link lead elsewhere; whoever checks a file of
/// their own may well pass a pipe.
Fd open_file(int folder, const fs::path& path, bool check_owner) {
    constexpr int plain = O_RDONLY | O_CLOEXEC | O_NOCTTY;
    const int flags = check_owner ? plain | O_NOFOLLOW | O_NONBLOCK : plain;
    Fd file(::openat(folder, path.filename().c_str(), flags));
    if (!file && errno == ELOOP) throw Distrust{"is a symbolic link; these are not followed"};
    if (!file) fail("open", path, errno);
    if (check_owner) require_trusted_file(file.get(), path);
    return file;
}

std::string read_text(int fd, const fs::path& path) {
    std::string text(size_limit + 1, '\0');
    std::size_t used = 0;
    while (used < text.size()) {
        const auto got = ::read(fd, text.data() + used, text.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", path, errno);
        if (got == 0) break;
        used += static_cast<std::size_t>(got);
    }
    if (used > size_limit) throw Distrust{"is larger than 1 MiB"};
    text.resize(used);
    return text;
}

/// The file that `open` opens, or why it may not be used.
LayoutFile layout_file(const fs::path& path, const auto& open) {
    try {
        const Fd file = open();
        return {path.native(), read_text(file.get(), path), std::nullopt};
    } catch (const Distrust& distrust) {
        return {path.native(), "", distrust.reason};
    }
}

LayoutFile read_file_at(const Fd& folder, const fs::path& path, bool check_owner) {
    return layout_file(path, [&] { return open_file(folder.get(), path, check_owner); });
}

LayoutFile read_file(const fs::path& path, bool check_owner) {
    return layout_file(path, [&] {
        const auto folder = open_folder(path.parent_path(), check_owner);
        return open_file(folder.get(), path, check_owner);
    });
}

bool is_drop_in(std::string_view name) {
    return name.ends_with(".json") && !name.starts_with('.');
}

struct CloseFolder {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

/// The names of the folder's drop-ins in byte order. `path` is for messages.
std::vector<std::string> drop_in_names(int folder, const fs::path& path) {
    const int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseFolder> directory(fd >= 0 ? ::fdopendir(fd) : nullptr);
    if (!directory) fail("list", path, errno);
    std::vector<std::string> names;
    // readdir(3) tells an error from the end by errno alone.
    while (const auto* entry = (errno = 0, ::readdir(directory.get()))) {
        if (is_drop_in(entry->d_name)) names.emplace_back(entry->d_name);
    }
    if (errno != 0) fail("list", path, errno);
    std::sort(names.begin(), names.end());
    return names;
}

/// A folder that may not be used stands for its files: were it left out, whatever they change or
/// take out of management would silently come back.
std::vector<LayoutFile> read_drop_ins(const fs::path& path, bool check_owner) {
    try {
        std::vector<LayoutFile> files;
        const auto folder = open_folder(path, check_owner);
        for (const auto& name : drop_in_names(folder.get(), path))
            files.push_back(read_file_at(folder, path / name, check_owner));
        return files;
    } catch (const Distrust& distrust) {
        if (distrust.error == ENOENT) return {};
        return {{path.native(), "", distrust.reason}};
    }
}

std::string fingerprint_of(const fs::path& path) {
    Look found{};
    const int error = look(AT_FDCWD, path.c_str(), found);
    std::string text = path.native() + '\0';
    if (error != 0) return text + "error " + std::to_string(error) + "\n";
    const std::initializer_list<std::uint64_t> numbers{
        found.stx_dev_major,
        found.stx_dev_minor,
        found.stx_ino,
        found.stx_size,
        static_cast<std::uint64_t>(found.stx_ctime.tv_sec),
        found.stx_ctime.tv_nsec};
    for (const auto number : numbers) text += std::to_string(number) + ' ';
    return text + "\n";
}

/// Without a folder that can be listed there is none to look at; its own fingerprint says which.
std::vector<std::string> names_to_look_at(const fs::path& path) {
    const Fd folder(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return {};
    try {
        return drop_in_names(folder.get(), path);
    } catch (const Distrust&) {
        return {};
    }
}

}  // namespace

LayoutFingerprint layout_fingerprint(const LayoutPaths& paths) {
    LayoutFingerprint fingerprint{fingerprint_of(paths.vendor) + fingerprint_of(paths.drop_ins)};
    for (const auto& name : names_to_look_at(paths.drop_ins))
        fingerprint.text += fingerprint_of(fs::path(paths.drop_ins) / name);
    return fingerprint;
}

std::vector<LayoutFile> read_layout_files(const LayoutPaths& paths, bool check_owner) {
    std::vector<LayoutFile> files{read_file(paths.vendor, check_owner)};
    auto drop_ins = read_drop_ins(paths.drop_ins, check_owner);
    std::move(drop_ins.begin(), drop_ins.end(), std::back_inserter(files));
    return files;
}

std::vector<LayoutFile> read_named_files(const std::vector<std::string>& paths, bool check_owner) {
    std::vector<LayoutFile> files;
    for (const auto& path : paths) files.push_back(read_file(path, check_owner));
    return files;
}

}  // namespace jts::hot_storage::sys
