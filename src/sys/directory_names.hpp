/// The directories that a survey tells apart: those one and two levels below declared ones, as many
/// as memory is granted for.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace jts::hot_storage::sys {

/// How many directories one walk may tell apart, of all services together: some 200 bytes each, and
/// 8 for each worker.
class DirectoryBudget {
  public:
    static constexpr std::size_t default_total = 32'768;

    explicit DirectoryBudget(std::size_t services, std::size_t total = default_total)
        : reserve_(std::min<std::size_t>(1024, total / 2 / std::max<std::size_t>(services, 1))),
          left_(total - reserve_ * services) {}

    /// What each service has beside what they share, so that none takes everything.
    std::size_t reserve() const noexcept { return reserve_; }
    /// False: what they share is used up.
    bool take() noexcept;
    std::uint32_t next_id() noexcept { return ids_.fetch_add(1, std::memory_order_relaxed); }

  private:
    const std::size_t reserve_;
    std::atomic<std::size_t> left_;
    std::atomic<std::uint32_t> ids_ = 0;
};

/// Of one service. Thread-safe.
class DirectoryNames {
  public:
    using Id = std::uint32_t;  ///< small numbers, without gaps between all services
    static constexpr Id none = 0xffff'ffff;

    explicit DirectoryNames(DirectoryBudget& budget) : budget_(budget), left_(budget.reserve()) {}

    /// `level`: 1 right below a declared directory, 2 right below such a one. `none` where the
    /// budget is used up; then for this directory during the whole walk, so that no total is half
    /// of one. The first level is told apart for longer.
    Id id_of(std::string_view path, int level);

    /// Some directory was not told apart.
    bool is_incomplete() const;

    /// Calls with each path and id. Not while a walk goes on.
    template <typename Function>
    void for_each(const Function& function) const {
        for (const auto& [path, id] : ids_) function(path, id);
    }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
    };
    bool take(int level) noexcept;

    DirectoryBudget& budget_;
    mutable std::mutex mutex_;
    std::size_t left_;  ///< of the reserve
    bool incomplete_ = false;
    std::unordered_map<std::string, Id, Hash, std::equal_to<>> ids_;
};

}  // namespace jts::hot_storage::sys
