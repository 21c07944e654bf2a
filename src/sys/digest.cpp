#include "sys/digest.hpp"

#include <sha256.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>

#include "sys/failure.hpp"

namespace jts::hot_storage::sys {
namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256Final(digest.data(), &context);
    return hex(digest);
}

std::string random_id() {
    std::array<std::uint8_t, 16> bytes{};
    // Up to 256 bytes are never cut short once the source is seeded (getrandom(2)).
    ssize_t count = 0;
    do {
        count = ::getrandom(bytes.data(), bytes.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0) throw failure("read", "the kernel's random source", errno);
    return hex(bytes);
}

}  // namespace jts::hot_storage::sys
