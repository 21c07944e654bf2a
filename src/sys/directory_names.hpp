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

/// How many directories one walk may tell apart, and how long their paths may be in all: shared out
/// equally among the services, so that no service's directories are told apart at the cost of
/// another's. Beside its path a directory takes some 100 bytes, and 8 for each worker.
class DirectoryBudget {
  public:
    static constexpr std::size_t default_total = 32'768;
    static constexpr std::size_t default_path_bytes = std::size_t{4} << 20;

    explicit DirectoryBudget(std::size_t services, std::size_t total = default_total,
                             std::size_t path_bytes = default_path_bytes)
        : directories_(total / std::max<std::size_t>(services, 1)),
          path_bytes_(path_bytes / std::max<std::size_t>(services, 1)) {}

    /// Of each service.
    std::size_t directories() const noexcept { return directories_; }
    std::size_t path_bytes() const noexcept { return path_bytes_; }
    std::uint32_t next_id() noexcept { return ids_.fetch_add(1, std::memory_order_relaxed); }

  private:
    const std::size_t directories_;
    const std::size_t path_bytes_;
    std::atomic<std::uint32_t> ids_ = 0;
};

/// Of one service. Thread-safe.
class DirectoryNames {
  public:
    using Id = std::uint32_t;  ///< small numbers, without gaps between all services
    static constexpr Id none = 0xffff'ffff;

    explicit DirectoryNames(DirectoryBudget& budget) : budget_(budget) {}

    /// `level`: 1 right below a declared directory, 2 right below such a one. `none` where the
    /// service's part is used up; then for this directory during the whole walk, so that no total
    /// is half of one. The second level has at most three quarters of it.
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
    /// What is used.
    struct Part {
        std::size_t directories = 0;
        std::size_t path_bytes = 0;
    };
    bool has_room(std::string_view path, int level) const noexcept;

    DirectoryBudget& budget_;
    mutable std::mutex mutex_;
    Part all_;
    Part second_level_;
    bool incomplete_ = false;
    std::unordered_map<std::string, Id, Hash, std::equal_to<>> ids_;
};

}  // namespace jts::hot_storage::sys
