/// Counts the names of foreign files that have several, to find those whose names are all inside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sys/look.hpp"

namespace jts::hot_storage::sys {

class HardLinks {
  public:
    static constexpr std::size_t default_limit = 1'000'000;
    explicit HardLinks(std::size_t limit = default_limit) : limit_(limit) {}

    struct File {
        std::uint32_t names = 0;  ///< found so far
        std::uint32_t links = 0;  ///< nlink when last looked at
        std::size_t root = 0;     ///< the first root, in their order, that has a name of it
        bool is_given = false;
        std::string example{};  ///< one name of it, kept for the first thousand files

        bool is_all_inside() const noexcept { return names == links; }
    };

    /// Counts a name that was met below `root`. Names below roots of other domains (service and
    /// desired owner) do not count together. False: over the limit, nothing was counted.
    template <typename Path>
    bool add(std::size_t domain, std::size_t root, const Look& look, const Path& path) {
        const std::lock_guard lock(mutex_);
        const Key key = key_of(domain, look);
        auto found = files_.find(key);
        if (found == files_.end()) {
            if (files_.size() >= limit_) return false;
            found = files_.emplace(key, File{.root = root}).first;
            if (files_.size() <= max_examples) found->second.example = path();
        }
        count(found->second, root, look);
        return true;
    }

    /// How many names were counted of the file; nothing where it was not counted at all.
    std::optional<std::uint32_t> names_of(std::size_t domain, const Look& look) const;
    /// True the first time that the file is given, by whichever of its names.
    bool mark_given(std::size_t domain, const Look& look);
    bool empty() const;

    /// Calls with each file. Not while names are added.
    template <typename Function>
    void for_each(const Function& function) const {
        for (const auto& [key, file] : files_) function(key.domain, file);
    }

  private:
    static constexpr std::size_t max_examples = 1000;

    struct Key {
        std::size_t domain;
        std::uint32_t dev_major, dev_minor;
        std::uint64_t inode;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };

    static Key key_of(std::size_t domain, const Look& look) noexcept;
    static void count(File& file, std::size_t root, const Look& look);

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::unordered_map<Key, File, Hash> files_;
};

}  // namespace jts::hot_storage::sys
