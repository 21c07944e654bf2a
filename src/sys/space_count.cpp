#include "sys/space_count.hpp"

#include <limits>

#include "core/saturating_sum.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::uint64_t block_bytes = 512;  // statx(2), whatever the file system's blocks are

std::uint64_t allocated_bytes(const Look& look) noexcept {
    std::uint64_t bytes = 0;
    return __builtin_mul_overflow(look.stx_blocks, block_bytes, &bytes)
               ? std::numeric_limits<std::uint64_t>::max()
               : bytes;
}

}  // namespace

std::size_t CountedInodes::Hash::operator()(const Key& key) const noexcept {
    return static_cast<std::size_t>((key.inode ^ (key.device << 48)) * 0x9e3779b97f4a7c15ull);
}

CountedInodes::Outcome CountedInodes::add(const Look& look) {
    const Key key{std::uint64_t{look.stx_dev_major} << 32 | look.stx_dev_minor, look.stx_ino};
    const std::lock_guard lock(mutex_);
    if (seen_.contains(key)) return Outcome::again;
    std::size_t left = budget_.left.load(std::memory_order_relaxed);
    do {
        if (left == 0) return Outcome::over_limit;
    } while (!budget_.left.compare_exchange_weak(left, left - 1, std::memory_order_relaxed));
    seen_.insert(key);
    return Outcome::first;
}

std::uint64_t SpaceCount::add(const Look& look, CountedInodes& counted) {
    if (!S_ISDIR(look.stx_mode) && look.stx_nlink > 1) {
        const auto outcome = counted.add(look);
        if (outcome == CountedInodes::Outcome::again) return 0;
        if (outcome == CountedInodes::Outcome::over_limit) incomplete = true;
    }
    const std::uint64_t allocated = allocated_bytes(look);
    ++inodes;
    used_bytes = saturating_sum(used_bytes, allocated);
    if (S_ISREG(look.stx_mode) || S_ISLNK(look.stx_mode))
        apparent_bytes = saturating_sum(apparent_bytes, look.stx_size);
    return allocated;
}

void SpaceCount::merge(const SpaceCount& other) noexcept {
    used_bytes = saturating_sum(used_bytes, other.used_bytes);
    apparent_bytes = saturating_sum(apparent_bytes, other.apparent_bytes);
    inodes += other.inodes;
    mounts_skipped += other.mounts_skipped;
    incomplete = incomplete || other.incomplete;
}

}  // namespace jts::hot_storage::sys
