/// What is remembered about entries before they are changed, so that the change can be undone.
/// Where it is kept is the engine's business (engine/journal_writer.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/observation.hpp"

namespace jts::hot_storage::sys {

struct Owner {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;

    bool operator==(const Owner&) const = default;
};

/// One entry below a declared directory, before its owner is changed.
struct EntryRecord {
    std::string name;  ///< bytes
    Identity identity;
    std::uint32_t mode = 0;  ///< with its type (S_IFMT)
    Owner prior;
    Owner given;

    bool operator==(const EntryRecord&) const = default;
};

/// Entries of one directory.
struct DirectoryRecord {
    std::string path;  ///< bytes, relative to the declared directory; empty: that one itself
    std::vector<EntryRecord> entries;

    bool operator==(const DirectoryRecord&) const = default;
};

/// Entries below one declared directory that are changed together.
struct BatchRecord {
    DirectoryKey target;
    std::vector<DirectoryRecord> directories;

    std::size_t size() const noexcept {
        std::size_t count = 0;
        for (const DirectoryRecord& directory : directories) count += directory.entries.size();
        return count;
    }
    bool operator==(const BatchRecord&) const = default;
};

/// What a change left of one entry. The ctime tells whether anybody touched it since.
struct EntryOutcome {
    std::uint32_t index = 0;     ///< in the order of the batch
    std::int64_t ctime_sec = 0;  ///< 0, as the nanoseconds: it could not be told
    std::uint32_t ctime_nsec = 0;
    bool lost_special = false;  ///< set-user-ID, set-group-ID or capabilities

    bool operator==(const EntryOutcome&) const = default;
};

/// Thread-safe: several workers write to it.
class ChangeLog {
  public:
    virtual ~ChangeLog() = default;

    /// When it returns, the batch is on the disk. Returns its number. Throws `Error(no_space,
    /// failed)`, and then nothing of the batch may be changed.
    virtual std::uint64_t will_change(const BatchRecord& batch) = 0;

    /// What became of a batch, once for each: entries that are not named were left alone. Room for
    /// it was set aside, so that a full disk does not stop it.
    virtual void did_change(std::uint64_t batch, const std::vector<EntryOutcome>& outcomes) = 0;
};

}  // namespace jts::hot_storage::sys
