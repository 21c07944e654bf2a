#include "sys/walker.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "sys/path.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr const char* other_mount =
    "other-mount: another file system or a bind mount begins here and is left alone";

/// So many directories may be opened again, for each entry that the task met, to find those that
/// somebody moved: whoever moves one at each step of the walk would else make it go all the way
/// down each time.
constexpr std::size_t steps_for_an_entry = 16;

/// Safe on any name: with O_DIRECTORY nothing but a directory is opened, and opening one does
/// nothing to it.
Fd open_directory(int parent, const char* name) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME | O_CLOEXEC;
    return Fd(::openat(parent, name, flags));
}

}  // namespace

void Walker::run() {
    auto idle_since = std::chrono::steady_clock::now();
    while (std::optional<WalkTask> task = crew_.take()) {
        pulse_.worked_again(idle_since);
        if (task->directory) walk(std::move(*task));
        idle_since = std::chrono::steady_clock::now();
        crew_.finish();
    }
}

void Walker::walk(WalkTask task) {
    root_ = task.root;
    depth_ = task.depth;
    steps_ = 0;
    path_ = std::move(task.path);
    if (const int error = look(task.directory.get(), origin_); error != 0)
        return visitor_.unreadable(root_, path_, "look at", error);
    if (depth_ == 0) visitor_.root(root_, task.directory.get(), origin_);
    descend(std::move(task.directory), origin_);
    while (!frames_.empty() && !crew_.is_stopping()) {
        int error = 0;
        const RawEntry* entry = frames_.back().reader->next(error);
        if (error != 0) visitor_.unreadable(root_, told_path(path_), "read directory", error);
        if (entry != nullptr)
            visit(*entry);
        else
            ascend();
        pulse_.beat();
    }
    frames_.clear();
}

void Walker::visit(const RawEntry& entry) {
    steps_ += steps_for_an_entry;
    if (is_skipped(entry.name)) return;
    const Met met{root_, frames_.back().reader->fd(), entry.name, path_, depth()};
    if (entry.type == DT_DIR)
        enter(met);
    else
        look_by_name(met);
}

bool Walker::is_skipped(const char* name) const {
    if (depth() != 0) return false;
    const WalkRoot& root = roots_[root_];
    const bool is_mount = (origin_.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return std::ranges::find(root.skip, name) != root.skip.end() ||
           (is_mount && std::ranges::find(root.skip_on_mount, name) != root.skip_on_mount.end());
}

void Walker::look_by_name(const Met& met) {
    Look seen;
    if (const int error = look(met.directory, met.name, seen); error != 0)
        return cannot_look(met, "look at", error);
    if (!same_mount(seen, origin_)) return visitor_.refused(met, other_mount);
    if (!S_ISDIR(seen.stx_mode)) return visitor_.other(met, seen);
    if (Fd directory = open_directory(met.directory, met.name))
        enter(met, std::move(directory));
    else if (!is_absence(errno))
        cannot_look(met, "open directory", errno);
}

/// A name that was a directory's when the parent was read. Opened without a look before, since the
/// look through the descriptor is the one that counts.
void Walker::enter(const Met& met) {
    if (Fd directory = open_directory(met.directory, met.name))
        enter(met, std::move(directory));
    else if (errno == ENOTDIR || errno == ELOOP)
        look_by_name(met);
    else
        cannot_look(met, "open directory", errno);
}

void Walker::enter(const Met& met, Fd directory) {
    Look seen;
    if (const int error = look(directory.get(), seen); error != 0)
        return cannot_look(met, "look at", error);
    if (!same_mount(seen, origin_)) return visitor_.refused(met, other_mount);
    visitor_.directory(met, directory.get(), seen);
    if (!may_go_into(met.name)) return visitor_.refused(met, too_deep);
    if (may_give(met.name)) {
        crew_.give({root_, std::move(directory), path_ + "/" + met.name, depth() + 1});
    } else {
        path_.append("/").append(met.name);
        descend(std::move(directory), seen);
    }
}

/// The same whoever walks it: levels above the task's directory count, too.
bool Walker::may_go_into(const char* name) const {
    const std::size_t levels = depth() + 2;  // with the root's own and the new one
    return path_.size() + 1 + std::strlen(name) + levels * level_bytes <= limits_.max_way;
}

bool Walker::may_give(const char* name) const {
    return crew_.is_hungry() && path_.size() + 1 + std::strlen(name) <= WalkCrew::max_path;
}

/// Vanished is no error. Neither is a mount that root may not look into, such as a user's FUSE.
void Walker::cannot_look(const Met& met, const char* action, int error) {
    if (error == ENOENT) return;
    Look mount;
    const int no_mount = look_at_mount(met.directory, met.name, mount);
    if (no_mount == ENOENT) return;
    if (no_mount == 0 && !same_mount(mount, origin_)) return visitor_.refused(met, other_mount);
    visitor_.unreadable(root_, met.path(), action, error);
}

void Walker::descend(Fd directory, const Look& seen) {
    frames_.push_back({seen.stx_ino, seen.stx_btime.tv_sec, seen.stx_btime.tv_nsec, 0, path_.size(),
                       std::make_unique<DirectoryReader>(std::move(directory))});
    close_distant_frame();
}

/// The first frame stays open: from it the others are found again.
void Walker::close_distant_frame() {
    if (frames_.size() <= limits_.open_frames + 1) return;
    Frame& distant = frames_[frames_.size() - 1 - limits_.open_frames];
    if (!distant.reader) return;
    distant.offset = distant.reader->offset();
    distant.reader.reset();
}

void Walker::ascend() {
    const Fd child = std::move(*frames_.back().reader).release();
    frames_.pop_back();
    if (frames_.empty()) return;
    path_.resize(frames_.back().path_length);
    if (frames_.back().reader) return;
    if (!reopen(frames_.back(), open_directory(child.get(), ".."))) find_again_from_top();
}

bool Walker::reopen(Frame& frame, Fd directory) {
    Look seen;
    if (!directory || look(directory.get(), seen) != 0 || !same_mount(seen, origin_) ||
        seen.stx_ino != frame.inode || seen.stx_btime.tv_sec != frame.birth_sec ||
        seen.stx_btime.tv_nsec != frame.birth_nsec)
        return false;
    frame.reader = std::make_unique<DirectoryReader>(std::move(directory), frame.offset);
    return true;
}

/// Somebody moved a directory that the walk is in. Goes down again from the first frame by names,
/// as far as they still lead to the same directories; what was moved away is left out.
void Walker::find_again_from_top() {
    std::size_t reached = 0;
    while (reached + 1 < frames_.size() && steps_ > 0 && !crew_.is_stopping()) {
        --steps_;
        const int parent = frames_[reached].reader->fd();
        if (!reopen(frames_[reached + 1], open_directory(parent, frame_name(reached + 1).c_str())))
            break;
        if (reached > 0) frames_[reached].reader.reset();
        ++reached;
    }
    const std::string lost = reached + 1 < frames_.size() ? frame_name(reached + 1) : "";
    frames_.resize(reached + 1);
    path_.resize(frames_.back().path_length);
    if (steps_ == 0 && !lost.empty())
        visitor_.refused({root_, frames_.back().reader->fd(), lost.c_str(), path_, depth()},
                         moved_too_often);
}

std::string Walker::frame_name(std::size_t index) const {
    const std::size_t begin = frames_[index - 1].path_length + 1;
    return path_.substr(begin, frames_[index].path_length - begin);
}

}  // namespace jts::hot_storage::sys
