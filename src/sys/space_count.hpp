/// Adds up what services occupy, in the terms of du(1): allocated blocks, each inode once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "sys/look.hpp"

namespace jts::hot_storage::sys {

/// How many inodes with several names one walk may remember: some 50 bytes each.
struct InodeBudget {
    std::atomic<std::size_t> left = 2'000'000;
};

/// Inodes with several names that were counted already. Thread-safe.
class CountedInodes {
  public:
    explicit CountedInodes(InodeBudget& budget) : budget_(budget) {}

    enum class Outcome { first, again, over_limit };
    Outcome add(const Look& look);

  private:
    struct Key {
        std::uint64_t device, inode;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };

    InodeBudget& budget_;
    std::mutex mutex_;
    std::unordered_set<Key, Hash> seen_;
};

/// What was counted below one root. Saturates instead of overflowing.
struct SpaceCount {
    std::uint64_t used_bytes = 0, apparent_bytes = 0, inodes = 0;
    std::uint32_t mounts_skipped = 0;
    bool incomplete = false;

    /// `counted`: of all roots that an inode is to count once for. Returns the bytes that it adds
    /// to `used_bytes`.
    std::uint64_t add(const Look& look, CountedInodes& counted);
    void merge(const SpaceCount& other) noexcept;
};

}  // namespace jts::hot_storage::sys
