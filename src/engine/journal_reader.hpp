/// Reads the record of one change.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/change_record.hpp"
#include "engine/journal_format.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::engine {

/// A batch and what became of it.
struct RecordedBatch {
    sys::BatchRecord batch;
    /// Nothing: the service was stopped before it could say.
    std::optional<std::vector<sys::EntryOutcome>> outcomes;
};

/// One thread at a time. Throws `Error(failed)` where the file cannot be read.
class JournalReader {
  public:
    /// `fd`: open for reading. Reads header and result; `scan` reads what lies between.
    JournalReader(sys::Fd fd, std::string path);

    const std::string& path() const { return path_; }
    std::uint64_t file_size() const { return size_; }
    std::uint64_t modified_at() const { return modified_at_; }  ///< seconds since the epoch

    /// Nothing where it is damaged.
    const std::optional<ChangeHeader>& header() const { return header_; }
    const std::optional<ChangeResult>& result() const { return result_; }
    /// The change is over, even if the result cannot be read any more.
    bool is_finished() const { return is_finished_; }

    /// Reads all frames. Where some are damaged, `damage` says so.
    void scan();

    // --- after `scan` ---

    /// What is wrong with the record, for a person; nothing where all is well. A frame that a crash
    /// tore at the end is no damage.
    const std::optional<std::string>& damage() const { return damage_; }
    /// Where the last whole frame ends.
    std::uint64_t whole_size() const { return whole_size_; }
    /// Without those that came to wait.
    unsigned attempts() const { return attempts_; }
    bool is_undoing() const { return is_undoing_; }

    /// A directory as it was before the change, and as the change left it, if it changed it.
    struct Directory {
        sys::DirectoryChange change;
        bool is_changed = false;
    };
    /// In the order of their first change.
    const std::vector<Directory>& directories() const { return directories_; }

    std::uint64_t batches() const { return batches_.size(); }
    RecordedBatch read_batch(std::uint64_t number) const;

  private:
    struct Place {
        std::uint64_t offset = 0;
        std::optional<std::uint64_t> outcomes;
    };

    std::string read_at(std::uint64_t offset, std::size_t size) const;
    std::optional<std::string> frame_at(std::uint64_t offset) const;
    std::string payload_at(std::uint64_t offset) const;
    void read_ends();
    void take(const Frame& frame, std::uint64_t offset);
    void take_directories(const std::vector<sys::DirectoryChange>& changes, bool are_left);
    void judge_tail(std::uint64_t offset);
    void note_damage(std::uint64_t offset, const std::string& what);

    sys::Fd fd_;
    std::string path_;
    std::uint64_t size_ = 0, modified_at_ = 0, whole_size_ = 0;
    std::optional<ChangeHeader> header_;
    std::optional<ChangeResult> result_;
    bool is_finished_ = false, is_undoing_ = false;
    std::optional<std::uint64_t> result_offset_;
    unsigned attempts_ = 0;
    std::optional<std::string> damage_;
    std::vector<Directory> directories_;
    std::map<std::uint64_t, Place> batches_;
};

}  // namespace jts::hot_storage::engine
