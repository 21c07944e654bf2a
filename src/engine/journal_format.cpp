#include "engine/journal_format.hpp"

#include <zlib.h>

#include <array>

namespace jts::hot_storage::engine {
namespace {

constexpr std::string_view frame_magic = "JCF1", trailer_magic = "JTSCHEND";

template <typename Number>
void append_fixed(std::string& bytes, Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes.push_back(static_cast<char>(value >> (8 * i)));
}

template <typename Number>
Number read_fixed(std::string_view bytes, std::size_t at) {
    Number value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        value |= static_cast<Number>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

std::uint32_t checksum(std::string_view first, std::string_view second) {
    uLong sum = ::crc32_z(0, nullptr, 0);
    // For zlib a null pointer means the beginning, not nothing.
    for (const auto part : {first, second})
        if (!part.empty())
            sum = ::crc32_z(sum, reinterpret_cast<const Bytef*>(part.data()), part.size());
    return static_cast<std::uint32_t>(sum);
}

bool is_known(FrameType type) {
    switch (type) {
        case FrameType::header:
        case FrameType::directories:
        case FrameType::directory:
        case FrameType::batch:
        case FrameType::outcomes:
        case FrameType::attempt:
        case FrameType::undoing:
        case FrameType::result:
            return true;
    }
    return false;
}

}  // namespace

std::string encode_frame(FrameType type, std::string_view payload) {
    std::string bytes(frame_magic);
    append_fixed(bytes, static_cast<std::uint32_t>(type));
    append_fixed(bytes, static_cast<std::uint32_t>(payload.size()));
    const auto sum = checksum(std::string_view(bytes).substr(frame_magic.size()), payload);
    append_fixed(bytes, sum);
    bytes.append(payload);
    return bytes;
}

std::optional<std::size_t> frame_size(std::string_view head) {
    if (head.size() < frame_head_size || !head.starts_with(frame_magic)) return std::nullopt;
    const auto length = read_fixed<std::uint32_t>(head, 8);
    if (length > max_payload) return std::nullopt;
    return frame_head_size + length;
}

std::optional<Frame> decode_frame(std::string_view bytes) {
    const auto size = frame_size(bytes);
    if (!size || *size > bytes.size()) return std::nullopt;
    const auto type = read_fixed<std::uint32_t>(bytes, 4);
    const auto payload = bytes.substr(frame_head_size, *size - frame_head_size);
    if (checksum(bytes.substr(4, 8), payload) != read_fixed<std::uint32_t>(bytes, 12))
        return std::nullopt;
    if (type > UINT8_MAX || !is_known(static_cast<FrameType>(type))) return std::nullopt;
    return Frame{static_cast<FrameType>(type), payload};
}

std::optional<std::size_t> find_frame(std::string_view bytes, std::size_t from) {
    for (auto at = bytes.find(frame_magic, from); at != std::string_view::npos;
         at = bytes.find(frame_magic, at + 1))
        if (decode_frame(bytes.substr(at))) return at;
    return std::nullopt;
}

std::string encode_trailer(std::uint64_t result_offset) {
    std::string bytes(trailer_magic);
    append_fixed(bytes, result_offset);
    append_fixed(bytes, checksum(bytes, {}));
    append_fixed(bytes, std::uint32_t{0});
    return bytes;
}

std::optional<std::uint64_t> decode_trailer(std::string_view bytes) {
    if (bytes.size() != trailer_size || !bytes.starts_with(trailer_magic)) return std::nullopt;
    if (checksum(bytes.substr(0, 16), {}) != read_fixed<std::uint32_t>(bytes, 16) ||
        read_fixed<std::uint32_t>(bytes, 20) != 0)
        return std::nullopt;
    return read_fixed<std::uint64_t>(bytes, 8);
}

}  // namespace jts::hot_storage::engine
