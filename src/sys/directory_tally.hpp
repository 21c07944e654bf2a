/// What one worker of a survey counts below single directories. Nearly everything that it meets
/// lies where the last thing lay: that costs a comparison.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/directory_totals.hpp"
#include "sys/directory_names.hpp"

namespace jts::hot_storage::sys {

/// Where directories are told apart: below which declared directory.
struct TallyRoot {
    DirectoryNames* names = nullptr;  ///< the service's
    std::size_t path_length = 0;      ///< of the declared directory
};

class DirectoryTally {
  public:
    /// `roots` must outlive the tally.
    explicit DirectoryTally(const std::vector<TallyRoot>& roots) : roots_(&roots) {}

    /// Counts what lies right in the directory with this path.
    void add(std::size_t root, std::string_view directory, std::uint64_t bytes);

    /// Counts a directory, in its own total, too.
    void add_directory(std::size_t root, std::string_view parent, const char* name,
                       std::uint64_t bytes);

    std::uint64_t bytes_of(DirectoryNames::Id id) const {
        return id < bytes_.size() ? bytes_[id] : 0;
    }

  private:
    bool is_here(std::size_t root, std::string_view directory) const;
    void go_to(std::size_t root, std::string_view directory);
    void add_to(DirectoryNames::Id id, std::uint64_t bytes);

    const std::vector<TallyRoot>* roots_;
    std::vector<std::uint64_t> bytes_;  ///< by id

    /// Where the last thing lay: the path down to the second level, and the ids of both.
    std::size_t root_ = static_cast<std::size_t>(-1);
    std::string here_;
    std::size_t first_end_ = 0;  ///< of the first level's part of the path
    int level_ = 0;
    DirectoryNames::Id first_ = DirectoryNames::none, second_ = DirectoryNames::none;
    std::string child_;
};

/// What all workers counted of a service.
DirectoryTotals directory_totals(const DirectoryNames& names,
                                 const std::vector<const DirectoryTally*>& workers);

}  // namespace jts::hot_storage::sys
