#include "engine/journal_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sys/failure.hpp"
#include "sys/write_all.hpp"

namespace jts::hot_storage::engine {
namespace {

/// For what ends a record whatever the disk holds by then and is not promised: that it is undone,
/// that an attempt came to wait, the result's message.
constexpr std::uint64_t room_for_the_end = 256u << 10;

}  // namespace

JournalWriter::JournalWriter(sys::Fd fd, std::string path, std::uint64_t size,
                             std::uint64_t batches)
    : fd_(std::move(fd)), path_(std::move(path)), size_(size), batches_(batches) {}

/// A part of a frame would hide the frames that come after it.
void JournalWriter::append(std::string_view bytes) {
    if (is_torn_) throw Error(ErrorCode::failed, path_ + " cannot be written any more");
    if (const int error = sys::write_all(fd_.get(), bytes); error != 0) {
        is_torn_ = ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0;
        throw sys::failure("write", path_, error);
    }
    size_ += bytes.size();
}

/// The kernel tells of lost data once: what was not synced then never is known to be.
void JournalWriter::sync() {
    if (::fdatasync(fd_.get()) != 0) {
        const int error = errno;
        is_lossy_ = true;
        throw sys::failure("write to the disk", path_, error);
    }
    if (is_lossy_) throw Error(ErrorCode::failed, path_ + " lost data before it was on the disk");
}

void JournalWriter::set_room_aside(std::uint64_t bytes) {
    const auto room = static_cast<off_t>(bytes + promised_ + room_for_the_end);
    int result = 0;
    do {
        result = ::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size_), room);
    } while (result != 0 && errno == EINTR);
    // Where it is not offered, a full disk is met by the write itself.
    if (result != 0 && errno != EOPNOTSUPP) throw sys::failure("set room aside in", path_, errno);
}

void JournalWriter::promise(FrameType type, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    promised_frames_[type] += bytes;
    promised_ += bytes;
}

void JournalWriter::keep_promise(FrameType type, std::uint64_t bytes) {
    auto& open = promised_frames_[type];
    const auto kept = std::min(open, bytes);
    open -= kept;
    promised_ -= kept;
}

void JournalWriter::write(FrameType type, std::string_view payload) {
    const auto frame = encode_frame(type, payload);
    const std::lock_guard lock(mutex_);
    append(frame);
    keep_promise(type, frame.size());
}

void JournalWriter::write_durably(FrameType type, std::string_view payload) {
    const auto frame = encode_frame(type, payload);
    {
        const std::lock_guard lock(mutex_);
        set_room_aside(frame.size());
        append(frame);
    }
    sync();
}

void JournalWriter::take_attempt_back() {
    write(FrameType::attempt, waited);
    sync();
}

std::uint64_t JournalWriter::will_change(const sys::BatchRecord& batch) {
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto frame = encode_frame(FrameType::batch, encode_batch(batches_, batch));
        const auto promise = frame_head_size + max_outcome_size * (batch.size() + 1);
        set_room_aside(frame.size() + promise);
        append(frame);
        number = batches_++;
        promises_[number] = promise;
        promised_ += promise;
    }
    // Other workers write on meanwhile.
    sync();
    return number;
}

void JournalWriter::did_change(std::uint64_t batch,
                               const std::vector<sys::EntryOutcome>& outcomes) {
    const auto frame = encode_frame(FrameType::outcomes, encode_outcomes(batch, outcomes));
    const std::lock_guard lock(mutex_);
    append(frame);
    if (const auto promise = promises_.extract(batch)) promised_ -= promise.mapped();
}

void JournalWriter::finish(const ChangeResult& result) {
    const std::lock_guard lock(mutex_);
    const auto trailer = encode_trailer(size_);
    append(encode_frame(FrameType::result, to_json(result)) + trailer);
    if (::fdatasync(fd_.get()) != 0) throw sys::failure("write to the disk", path_, errno);
    // Tells what is over also where the trailer is damaged later.
    if (::fchmod(fd_.get(), finished_mode) != 0) throw sys::failure("close", path_, errno);
    // What was set aside is given back.
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0)
        throw sys::failure("close", path_, errno);
}

}  // namespace jts::hot_storage::engine
