/// Sums of sizes that hostile users may make as large as they like.
#pragma once

#include <cstdint>
#include <limits>

namespace jts::hot_storage {

constexpr std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) noexcept {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return a > most - b ? most : a + b;
}

}  // namespace jts::hot_storage
