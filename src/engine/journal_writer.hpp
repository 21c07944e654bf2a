/// Writes the record of one change.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/change_record.hpp"
#include "engine/journal_format.hpp"
#include "sys/change_log.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::engine {

/// Thread-safe. Every function throws `Error(no_space, failed)` where the record cannot be written.
/// Where the frame could not be appended the record is as it was before. Where it could not be
/// synced it stays, a batch with its number, and is read like any other; but nothing is known to be
/// on the disk any more, and whatever is to be durable fails from then on, but for the end: a
/// change that is over must not be begun anew.
class JournalWriter final : public sys::ChangeLog {
  public:
    /// `fd`: open for appending, `size` bytes long, all of them whole frames with `batches`
    /// batches.
    JournalWriter(sys::Fd fd, std::string path, std::uint64_t size, std::uint64_t batches);

    /// The frame is on the disk when it returns.
    void write_durably(FrameType type, std::string_view payload);
    /// Frames of that type will be written that have so many bytes at most, heads included. Room
    /// for them is set aside with the next that is written durably, so that a full disk does not
    /// stop them. Of the end, its trailer and a message of its result need no promise.
    void promise(FrameType type, std::uint64_t bytes);
    /// Is on the disk with the next that is written durably.
    void write(FrameType type, std::string_view payload);

    /// The attempt that was begun came to wait, and does not count. Takes of the room that was set
    /// aside for the end, since it may be the full disk that is waited for.
    void take_attempt_back();

    std::uint64_t will_change(const sys::BatchRecord& batch) override;
    void did_change(std::uint64_t batch, const std::vector<sys::EntryOutcome>& outcomes) override;

    /// Ends the record: result, trailer, and a mode that says that nothing will follow.
    void finish(const ChangeResult& result);

  private:
    void append(std::string_view bytes);
    void sync();
    void set_room_aside(std::uint64_t bytes);
    void keep_promise(FrameType type, std::uint64_t bytes);

    const sys::Fd fd_;
    const std::string path_;
    std::mutex mutex_;
    std::uint64_t size_;
    std::uint64_t batches_;
    std::map<std::uint64_t, std::uint64_t>
        promises_;  ///< bytes that each batch's outcomes may take
    std::map<FrameType, std::uint64_t> promised_frames_;  ///< bytes that others may take
    std::uint64_t promised_ = 0;                          ///< the sum of both
    bool is_torn_ = false;                                ///< a part of a frame is at the end
    std::atomic<bool> is_lossy_ = false;
};

/// The mode of a record whose change goes on, and of one whose change is over.
inline constexpr unsigned unfinished_mode = 0600, finished_mode = 0400;

}  // namespace jts::hot_storage::engine
