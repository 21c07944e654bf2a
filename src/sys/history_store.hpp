/// What was counted over time, in a database: a series of points for each service and one, without
/// a name, for the base's file system.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::sys {

/// How much is kept. With age points thin out: of each span of a grain, counted from the epoch, the
/// last point stays, as it was counted. So it does not matter when, and in how many steps, it is
/// thinned. A series takes some 6,000 points, 300 KiB, in the end.
struct HistoryLimits {
    struct Tier {
        std::chrono::microseconds age;    ///< of points that are so old or older
        std::chrono::microseconds grain;  ///< one is kept in each span of this
    };
    /// From the youngest; each grain is a multiple of the one before.
    std::vector<Tier> tiers = {{std::chrono::hours(1), std::chrono::minutes(5)},
                               {std::chrono::days(7), std::chrono::hours(1)},
                               {std::chrono::days(90), std::chrono::days(1)}};
    std::chrono::microseconds kept = std::chrono::days(5 * 365);
    /// Of the file. Where it would be more, points beyond one a grain of the first tier go, then
    /// the oldest of all series.
    std::uint64_t bytes = 64 << 20;
};

/// Thread-safe. The file is open only while something is done, so that an idle daemon holds no
/// lock, and whoever copies it gets all of it.
class HistoryStore {
  public:
    /// Called with a sentence for a person where a damaged file was set aside.
    using OnDamage = std::function<void(const std::string&)>;

    /// The folder must be root's alone: what is in it is trusted to be what root put there.
    HistoryStore(std::string folder, HistoryLimits limits, OnDamage on_damage);

    /// Adds a point to each of the named series: all or none, and on the disk when it returns. Old
    /// points are thinned, at most once an hour by the points' own time. A damaged file is set
    /// aside and a new one begun; what else stops it is thrown as
    /// `Error(no_space, busy, not_supported, unsafe_path, failed)`, and leaves all as it was.
    void append(const std::map<std::string, HistoryPoint>& points);

    /// Those from `since` to `until`, both inclusive, in the order of time. Where there are more
    /// than `most`, of as many spans of equal length the last point each. Throws as `append`.
    std::vector<HistoryPoint> points(const std::string& service, std::uint64_t since,
                                     std::uint64_t until, std::uint64_t most);

    /// Called with the name of a series and its points, in the order of time.
    using OnSeries =
        std::function<void(const std::string& service, const std::vector<HistoryPoint>& points)>;
    /// Each series that has points since then, one after the other, in one opening. Throws as
    /// `append`, and what `on_series` throws.
    void for_each(std::uint64_t since, const OnSeries& on_series);

    const std::string& path() const { return path_; }

  private:
    template <typename Work>
    auto with_file(const Work& work);
    void set_aside(const std::string& reason);
    bool is_there() const;
    bool is_time_to_thin(std::uint64_t now) const;

    const std::string folder_;
    const std::string path_;
    const HistoryLimits limits_;
    const OnDamage on_damage_;
    std::mutex mutex_;
    bool is_checked_ = false;  ///< the file was looked at as a whole since the start
    std::uint64_t thinned_at_ = 0;
};

}  // namespace jts::hot_storage::sys
