/// Numbers and strings in few bytes: small numbers take one (LEB128), differences of either sign
/// are folded first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::engine {

class ByteWriter {
  public:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            bytes_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        bytes_.push_back(static_cast<char>(value));
    }
    /// Of a difference that may wrap around.
    void difference(std::uint64_t value, std::uint64_t from) {
        const auto change = static_cast<std::int64_t>(value - from);
        number((static_cast<std::uint64_t>(change) << 1) ^
               static_cast<std::uint64_t>(change >> 63));
    }
    void text(std::string_view value) {
        number(value.size());
        bytes_.append(value);
    }
    std::string take() && { return std::move(bytes_); }

  private:
    std::string bytes_;
};

/// Throws `Error(failed)` where the bytes end too early or a number is too long.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    bool at_end() const { return bytes_.empty(); }

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1).front());
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if ((byte & 0x80) == 0) return value;
        }
        throw malformed();
    }
    std::uint64_t difference(std::uint64_t from) {
        const std::uint64_t folded = number();
        return from + ((folded >> 1) ^ (0 - (folded & 1)));
    }
    std::string_view text() { return take(number()); }

    /// A number that counts things of which each takes at least one byte.
    std::uint64_t count() {
        const std::uint64_t value = number();
        if (value > bytes_.size()) throw malformed();
        return value;
    }
    std::uint32_t small_number() {
        const std::uint64_t value = number();
        if (value > UINT32_MAX) throw malformed();
        return static_cast<std::uint32_t>(value);
    }
    static Error malformed() {
        return Error(ErrorCode::failed, "the record of a change is malformed");
    }

  private:
    std::string_view take(std::uint64_t size) {
        if (size > bytes_.size()) throw malformed();
        const auto taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }

    std::string_view bytes_;
};

}  // namespace jts::hot_storage::engine
