#include "engine/journal_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/journal_writer.hpp"
#include "sys/failure.hpp"

namespace jts::hot_storage::engine {
namespace {

constexpr std::size_t largest_tail = 256u << 20;

}  // namespace

JournalReader::JournalReader(sys::Fd fd, std::string path)
    : fd_(std::move(fd)), path_(std::move(path)) {
    struct stat seen {};
    if (::fstat(fd_.get(), &seen) != 0) throw sys::failure("look at", path_, errno);
    size_ = static_cast<std::uint64_t>(seen.st_size);
    modified_at_ = static_cast<std::uint64_t>(seen.st_mtim.tv_sec);
    is_finished_ = (seen.st_mode & 07777) == finished_mode;
    read_ends();
}

/// May be shorter at the end of the file.
std::string JournalReader::read_at(std::uint64_t offset, std::size_t size) const {
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size) {
        const ssize_t more =
            ::pread(fd_.get(), bytes.data() + got, size - got, static_cast<off_t>(offset + got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) throw sys::failure("read", path_, errno);
        if (more == 0) break;
        got += static_cast<std::size_t>(more);
    }
    bytes.resize(got);
    return bytes;
}

/// The bytes of the whole frame there, head and payload.
std::optional<std::string> JournalReader::frame_at(std::uint64_t offset) const {
    if (offset >= size_) return std::nullopt;
    auto bytes = read_at(offset, frame_head_size);
    const auto size = frame_size(bytes);
    if (!size || *size > size_ - offset) return std::nullopt;
    bytes += read_at(offset + frame_head_size, *size - frame_head_size);
    if (!decode_frame(bytes)) return std::nullopt;
    return bytes;
}

std::string JournalReader::payload_at(std::uint64_t offset) const {
    const auto bytes = frame_at(offset);
    if (!bytes)
        throw Error(ErrorCode::failed, path_ + " cannot be read at byte " + std::to_string(offset) +
                                           ": it is damaged");
    return bytes->substr(frame_head_size);
}

void JournalReader::note_damage(std::uint64_t offset, const std::string& what) {
    if (!damage_) damage_ = path_ + " is damaged at byte " + std::to_string(offset) + ": " + what;
}

void JournalReader::read_ends() {
    if (const auto first = frame_at(0)) {
        const auto frame = decode_frame(*first);
        try {
            if (frame->type == FrameType::header) header_ = header_from_json(frame->payload);
        } catch (const Error& error) {
            note_damage(0, error.what());
        }
    }
    if (!header_) note_damage(0, "its header cannot be read");
    if (size_ < trailer_size) return;
    result_offset_ = decode_trailer(read_at(size_ - trailer_size, trailer_size));
    if (!result_offset_) return;
    is_finished_ = true;
    try {
        result_ = result_from_json(payload_at(*result_offset_));
    } catch (const Error& error) {
        note_damage(*result_offset_, error.what());
    }
}

void JournalReader::scan() {
    std::uint64_t offset = 0;
    while (const auto bytes = frame_at(offset)) {
        try {
            take(*decode_frame(*bytes), offset);
        } catch (const Error& error) {
            note_damage(offset, error.what());
        }
        offset += bytes->size();
        whole_size_ = offset;
        if (result_offset_ && offset >= size_ - trailer_size) return;
    }
    judge_tail(offset);
}

void JournalReader::take(const Frame& frame, std::uint64_t offset) {
    switch (frame.type) {
        case FrameType::directories:
            return take_directories(directories_from_json(frame.payload), false);
        case FrameType::directory:
            return take_directories(directories_from_json(frame.payload), true);
        case FrameType::batch:
            batches_[batch_number(frame.payload)].offset = offset;
            return;
        case FrameType::outcomes:
            if (const auto found = batches_.find(batch_number(frame.payload));
                found != batches_.end())
                found->second.outcomes = offset;
            return;
        case FrameType::attempt:
            if (frame.payload != waited)
                ++attempts_;
            else if (attempts_ > 0)
                --attempts_;
            return;
        case FrameType::undoing:
            is_undoing_ = true;
            return;
        case FrameType::header:
        case FrameType::result:
            return;
    }
}

/// Of several changes to one directory the first prior state counts, and what the last one left.
void JournalReader::take_directories(const std::vector<sys::DirectoryChange>& changes,
                                     bool are_left) {
    for (const auto& change : changes) {
        auto found = std::ranges::find(directories_, change.target,
                                       [](const Directory& d) { return d.change.target; });
        if (found == directories_.end()) found = directories_.insert(found, {change, false});
        if (are_left) {
            found->change.left = change.left;
            found->is_changed = true;
        }
    }
}

/// What a crash tore has no whole frame after it.
void JournalReader::judge_tail(std::uint64_t offset) {
    if (is_finished_) return note_damage(offset, "it was complete once");
    const auto tail = read_at(offset, std::min<std::uint64_t>(size_ - offset, largest_tail));
    // A power cut may leave a hole where the last frames were to be written.
    const bool is_hole =
        tail.substr(0, frame_head_size).find_first_not_of('\0') == std::string::npos;
    if (!is_hole && find_frame(tail, 1)) note_damage(offset, "whole frames follow");
}

RecordedBatch JournalReader::read_batch(std::uint64_t number) const {
    const auto found = batches_.find(number);
    if (found == batches_.end())
        throw Error(ErrorCode::failed, path_ + " lacks batch " + std::to_string(number));
    const Place& place = found->second;
    RecordedBatch recorded{decode_batch(payload_at(place.offset)), std::nullopt};
    if (place.outcomes) recorded.outcomes = decode_outcomes(payload_at(*place.outcomes));
    return recorded;
}

}  // namespace jts::hot_storage::engine
