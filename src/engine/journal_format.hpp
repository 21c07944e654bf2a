/// How a change's record looks as bytes. Pure. A record is a sequence of frames that are only ever
/// appended, and at its end, once the change is over, a trailer of fixed size:
///
///     frame    "JCF1", type (1), zeros (3), length (4), CRC-32 (4) of type, length and payload;
///     payload trailer  "JTSCHEND", offset (8) of the result's frame, CRC-32 (4) of both; zeros (4)
///
/// Numbers are little-endian. What is torn at the end by a crash is no frame; a frame that is wrong
/// with others after it is corruption.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/change_log.hpp"

namespace jts::hot_storage::engine {

enum class FrameType : std::uint8_t {
    header = 'H',       ///< JSON: who, what, the layout and the plan
    directories = 'D',  ///< JSON: directories, how they were before
    directory = 'd',    ///< JSON: one directory, how a change left it
    batch = 'B',        ///< entries below one, how they were before
    outcomes = 'O',     ///< what a change left of a batch's entries
    attempt = 'A',      ///< another start goes on with it; or that one came to wait (`waited`)
    undoing = 'U',      ///< it is being undone
    result = 'R',       ///< JSON: how it ended
};

struct Frame {
    FrameType type{};
    std::string_view payload;
};

/// The payload of an attempt's frame that takes the one before it back.
inline constexpr std::string_view waited = "waited";

inline constexpr std::size_t frame_head_size = 16, trailer_size = 24;
/// More than any frame of ours has.
inline constexpr std::size_t max_payload = 64u << 20;
/// More than the frame of one entry's outcome takes.
inline constexpr std::size_t max_outcome_size = 24;

std::string encode_frame(FrameType type, std::string_view payload);

/// The frame that `bytes` begins with; nothing where it is none, or not all of it is there.
std::optional<Frame> decode_frame(std::string_view bytes);

/// The size of the whole frame, head included, that such a head begins; nothing where it is none.
std::optional<std::size_t> frame_size(std::string_view head);

/// Where in `bytes` the next whole frame begins, at `from` or after; nothing where none does.
std::optional<std::size_t> find_frame(std::string_view bytes, std::size_t from);

std::string encode_trailer(std::uint64_t result_offset);
/// The offset; nothing where `bytes` is no trailer.
std::optional<std::uint64_t> decode_trailer(std::string_view bytes);

std::string encode_batch(std::uint64_t number, const sys::BatchRecord& batch);
std::string encode_outcomes(std::uint64_t number, const std::vector<sys::EntryOutcome>& outcomes);

/// The number that a batch's or outcomes' payload begins with. Throws `Error(failed)`.
std::uint64_t batch_number(std::string_view payload);
/// Throw `Error(failed)` where the payload is not one that the functions above make.
sys::BatchRecord decode_batch(std::string_view payload);
std::vector<sys::EntryOutcome> decode_outcomes(std::string_view payload);

}  // namespace jts::hot_storage::engine
