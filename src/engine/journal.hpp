/// The records of all changes, a file each: /var/lib/jts-hot-storage/changes/ID.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/inspection.hpp"
#include "engine/journal_reader.hpp"
#include "engine/journal_writer.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::engine {

/// How much is kept. Changes that are not over are kept whatever they take, and so is the newest.
struct JournalLimits {
    std::uint64_t bytes = 1u << 30;
    std::uint64_t seconds = 90 * 24 * 3600;
    std::size_t count = 1000;
    std::size_t recent = 32;  ///< so many of the newest no age removes
};

/// Thread-safe: it keeps nothing in memory. Everything throws `Error(failed, no_space)` where the
/// folder cannot be used.
class Journal {
  public:
    explicit Journal(std::string folder = "/var/lib/jts-hot-storage/changes",
                     JournalLimits limits = {})
        : folder_(std::move(folder)), limits_(limits) {}

    /// A new record that begins with the header, on the disk when it returns. Old ones are pruned
    /// to make room; how old they are is told by when the new one began.
    std::unique_ptr<JournalWriter> create(const ChangeHeader& header);
    /// Goes on with a record that was scanned, after its last whole frame.
    std::unique_ptr<JournalWriter> go_on(const JournalReader& reader);
    /// A change that changed nothing.
    void discard(const std::string& id);

    /// `id` must be well-formed. Throws `Error(not_found)`.
    std::unique_ptr<JournalReader> open(const std::string& id);
    /// All that are there, the oldest first.
    std::vector<AppliedChange> list();
    /// What `damaged` remembers of records that are over, so that each is read once.
    struct Examined {
        std::uint64_t inode = 0, size = 0;
        std::int64_t changed_sec = 0;
        std::uint32_t changed_nsec = 0;
        DamagedRecord seen;  ///< its `damage` is empty where it is sound

        /// Nobody wrote to the file between the two looks.
        bool is_of(const Examined& other) const {
            return inode == other.inode && size == other.size && changed_sec == other.changed_sec &&
                   changed_nsec == other.changed_nsec;
        }
    };
    using ExaminedRecords = std::map<std::string, Examined>;

    /// Records that are not as they were written, by path. `with_unfinished`: those of changes that
    /// are not over, too; not while one is written. Throws `Error(cancelled)`.
    std::vector<DamagedRecord> damaged(ExaminedRecords& known, bool with_unfinished,
                                       const std::stop_token& stop);
    /// Ids of changes that are not over, the oldest first.
    std::vector<std::string> unfinished();

  private:
    /// What listing and pruning need of a record, without a descriptor of it.
    struct Item {
        AppliedChange view;
        std::string of;  ///< the change that it rolls back
        std::uint64_t size = 0;
        std::uint64_t modified_at = 0;
        bool is_finished = false;
    };

    DamagedRecord examine(int folder, const std::string& id, bool is_finished);
    void make_folder();
    sys::Fd open_folder();
    std::vector<std::string> ids(int folder);
    std::unique_ptr<JournalReader> open_record(int folder, const std::string& id);
    std::vector<Item> items();
    std::string path_of(const std::string& id) const { return folder_ + "/" + id; }
    void prune(const ChangeHeader& begun);

    const std::string folder_;
    const JournalLimits limits_;
};

}  // namespace jts::hot_storage::engine
