/// Walks directory trees that hostile users change meanwhile. By descriptor: an entry is addressed
/// as (directory descriptor, one name), no link is followed, no mount crossed. Iterative, with
/// bounded memory and descriptors whatever the depth and width, in a time that grows with the
/// number of entries and not with their depth (docs/decisions/0024-depth.md).
#pragma once

#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/fd.hpp"
#include "sys/look.hpp"

namespace jts::hot_storage::sys {

/// How many threads a walk takes that leaves the host to its databases: as many as the smallest
/// host has cores, since a walk is bound by system calls.
inline constexpr unsigned polite_threads = 2;

/// More threads than this, where their calls wait for the disk, gained nothing.
inline constexpr unsigned most_threads = 16;

/// The reason of a directory that lies deeper than `WalkLimits::max_way` allows.
inline constexpr const char* too_deep = "too-deep: directories lie too deep below one another";

/// The reason of a directory that the walk was in, far below, when one above it was moved, once too
/// often: what is left of it was not walked.
inline constexpr const char* moved_too_often =
    "too-deep: directories were moved too often for one that lies so deep to be found again";

/// What a worker remembers of each directory above the one that it is in, beside its name.
inline constexpr std::size_t level_bytes = 48;

/// The longest path of which `Met::path` has all: no system call takes a longer one.
inline constexpr std::size_t max_told_path = PATH_MAX;

/// The path of `name` in `directory`, for messages: of a longer one than `max_told_path` its
/// beginning and its end.
std::string told_path(std::string_view directory, std::string_view name);
/// The same of a path that has a slash.
std::string told_path(std::string_view path);

/// How far a walk has come. Any thread may read it.
struct WalkMeter {
    std::atomic<std::uint64_t> entries = 0;
};

/// What one worker tells a meter, in gulps, so that workers do not wait for one another.
class MeterFeed {
  public:
    explicit MeterFeed(WalkMeter* meter) : meter_(meter) {}
    MeterFeed(MeterFeed&& other) noexcept
        : meter_(other.meter_), untold_(std::exchange(other.untold_, 0)) {}
    MeterFeed(const MeterFeed&) = delete;
    MeterFeed& operator=(const MeterFeed&) = delete;
    MeterFeed& operator=(MeterFeed&&) = delete;
    ~MeterFeed() { tell(); }

    void tick(std::uint64_t entries = 1) {
        untold_ += entries;
        if (untold_ >= gulp) tell();
    }

  private:
    static constexpr std::uint64_t gulp = 256;
    void tell() {
        if (meter_) meter_->entries.fetch_add(untold_, std::memory_order_relaxed);
        untold_ = 0;
    }

    WalkMeter* meter_;
    std::uint64_t untold_ = 0;
};

/// Where the walk begins.
struct WalkRoot {
    std::string path;
    std::vector<std::string> skip;           ///< names right in it that are not looked at
    std::vector<std::string> skip_on_mount;  ///< the same, where it is the root of a mount
};

/// An entry that the walk met: the name `name` in the directory open at `directory`.
struct Met {
    std::size_t root;  ///< index of the root it was met below
    int directory;
    const char* name;
    std::string_view directory_path;  ///< bytes, for messages only
    std::size_t depth = 0;            ///< of the directory, below its root

    std::string path() const { return told_path(directory_path, name); }
};

/// What is done about what is met. Each worker has one of its own, so that none needs a lock.
class Visitor {
  public:
    virtual ~Visitor() = default;

    /// A directory, open for reading at `fd`, about to be walked into.
    virtual void directory(const Met& met, int fd, const Look& look) = 0;
    /// Anything else, as one look by name showed it: it may be another by now.
    virtual void other(const Met& met, const Look& look) = 0;
    /// What the walk does not touch: another mount, or a directory too deep. `reason` begins with
    /// a stable word and lives for ever.
    virtual void refused(const Met& met, const char* reason) = 0;

    /// The directory of a root itself, before what lies in it. Each root once, by one visitor.
    virtual void root(std::size_t, int, const Look&) {}
    /// What is there and cannot be looked at or read; `path` is one to be told. A visitor that
    /// returns lets the walk go on without it.
    virtual void unreadable(std::size_t root, const std::string& path, const char* action,
                            int error);
};

struct WalkLimits {
    std::size_t open_frames = 32;  ///< directories that a worker keeps open below one another
    /// What a worker may remember of the way to a directory: its path, and `level_bytes` for each
    /// level. So deep are 300,000 levels of short names, and 55,000 of the longest.
    std::size_t max_way = std::size_t{16} << 20;
};

/// How many workers there are, and how they behave.
struct WalkPace {
    /// So many begin; where their calls wait for the disk they become twice as many, again and
    /// again, up to one for each visitor. 0: as many as there are visitors.
    std::size_t at_first = 0;
    /// They give way to everybody else (courtesy.hpp).
    bool is_polite = false;
    const char* pressure = "/proc/pressure/io";
};

/// Opens a root for reading; empty where there is nothing to walk. Called by any worker, once a
/// root.
using OpenRoot = std::function<Fd(std::size_t root)>;

/// Walks all roots with at most one thread a visitor. What vanishes or is
/// exchanged meanwhile is left out. Throws the first failure (`Error(failed)`, or what a visitor
/// threw) after every worker has stopped, and `Error(cancelled)` when stopped.
void walk(const std::vector<WalkRoot>& roots, const OpenRoot& open_root,
          const std::vector<Visitor*>& visitors, const std::stop_token& stop,
          const WalkLimits& limits = {}, const WalkPace& pace = {});

}  // namespace jts::hot_storage::sys
