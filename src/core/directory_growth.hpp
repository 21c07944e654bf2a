/// How fast directories grow, by what earlier counts said of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/directory_totals.hpp"

namespace jts::hot_storage {

/// Remembers two earlier totals of each of a service's largest directories, of twice as many as
/// `DirectoryTotals::most` at most: the growth is over a day or two where counts are frequent. Not
/// thread-safe.
class DirectoryGrowth {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// Over less, what a program writes and removes again looks like growth.
    static constexpr std::chrono::hours least_span{1};
    /// How far the two remembered totals lie apart, about: the earlier one is at most twice as old
    /// and `least_span` more, where counts lie no further apart.
    static constexpr std::chrono::hours stride{24};

    /// `tree` tells which directories were counted: where it is another text than at the count
    /// before, what that one did not tell of was perhaps not looked at, and all begins anew.
    /// Counts that are not newer than the last one are ignored.
    void learn(const std::string& service, const std::string& tree, const DirectoryTotals& totals,
               Time time);
    template <typename IsKept>
    void keep_services(const IsKept& is_kept) {
        std::erase_if(services_, [&](const auto& each) { return !is_kept(each.first); });
    }

    /// By what the directory held at `time`. Nothing where it has not been known for long enough.
    std::optional<double> bytes_per_day(const std::string& service, const std::string& tree,
                                        const DirectoryTotal& total, Time time) const;

  private:
    struct Count {
        Time time;
        std::uint64_t bytes = 0;
    };
    struct Course {
        Count earlier;  ///< what growth is reckoned from
        Count later;    ///< takes its place after another stride
    };
    struct Service {
        std::string tree;
        Time time;  ///< of the last count
        std::uint64_t largest_left_out = 0;
        bool incomplete = false;
        std::map<std::string, Course> courses;  ///< by path
    };
    static bool is_over(const Course& course, Time time);
    static void keep_untold(const std::map<std::string, Course>& before, Time time,
                            std::map<std::string, Course>& courses);
    static Course begin_course(const Service* before, const Count& now);

    std::map<std::string, Service> services_;
};

}  // namespace jts::hot_storage
