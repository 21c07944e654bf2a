// Where the level of a series of days changed for good.
#include <algorithm>
#include <cmath>
#include <optional>

#include "core/median.hpp"
#include "core/usage_days.hpp"

namespace jts::hot_storage {

namespace {

using Values = std::vector<double>;
using Days = std::vector<Point>;

/// Two days after a step are at most two of seven, which Theil–Sen bears; the third shows it.
constexpr std::ptrdiff_t least_days_of_a_side = 3;

/// How often a step exceeds the mean distance from the levels beside it: what noise alone seldom
/// does, and a deletion always.
constexpr double least_contrast = 6;

/// Two levels and a slope are fitted to the days, which brings them that much nearer.
constexpr double fitted_numbers = 3;

void add_slopes(Values& slopes, const Days& days) {
    for (auto a = days.begin(); a != days.end(); ++a) {
        for (auto b = days.begin(); b != a; ++b) slopes.push_back((a->y - b->y) / (a->x - b->x));
    }
}

/// The trend that both sides of a cut have, whatever lies between them.
double common_slope(const Days& before, const Days& after) {
    Values slopes;
    add_slopes(slopes, before);
    add_slopes(slopes, after);
    return median(std::move(slopes));
}

/// What the days would have held without their trend.
Values levels_of(const Days& days, double bytes_per_day) {
    Values levels;
    for (const auto& day : days) levels.push_back(day.y - bytes_per_day * day.x);
    return levels;
}

double distance_from(double level, const Values& levels) {
    double sum = 0;
    for (const auto one : levels) sum += std::abs(one - level);
    return sum;
}

/// At most one in five lies beyond the middle between both levels: days that are far off now and
/// then make no step.
bool is_apart(const Values& side, double level, double middle) {
    const auto strays =
        std::ranges::count_if(side, [&](double one) { return (one > middle) != (level > middle); });
    return 5 * strays <= std::ssize(side);
}

/// A series cut in two, each part at a level of its own.
class Cut {
  public:
    Cut(const Days& before, const Days& after)
        : bytes_per_day_(common_slope(before, after)),
          before_(levels_of(before, bytes_per_day_)),
          after_(levels_of(after, bytes_per_day_)) {}

    double shift() const { return level_after_ - level_before_; }

    /// Of all days from the level of their side.
    double distance() const {
        return distance_from(level_before_, before_) + distance_from(level_after_, after_);
    }

    bool is_step() const {
        const auto middle = level_before_ + shift() / 2;
        const auto size = std::abs(shift());
        const auto days = static_cast<double>(before_.size() + after_.size());
        const auto mean_distance = distance() / (days - fitted_numbers);
        return size > least_contrast * mean_distance && size > std::abs(bytes_per_day_) &&
               is_apart(before_, level_before_, middle) && is_apart(after_, level_after_, middle);
    }

  private:
    double bytes_per_day_;
    Values before_;
    Values after_;
    double level_before_ = median(before_);
    double level_after_ = median(after_);
};

Cut cut(const Days& days, std::ptrdiff_t begin, std::ptrdiff_t at, std::ptrdiff_t end) {
    const auto first = days.begin();
    return {Days(first + begin, first + at), Days(first + at, first + end)};
}

/// In what begins at `begin`, the step that leaves the least distance from both levels.
std::optional<std::ptrdiff_t> step_after(const Days& days, std::ptrdiff_t begin) {
    std::optional<std::ptrdiff_t> best;
    double least_distance = 0;
    const auto last = std::ssize(days) - least_days_of_a_side;
    for (auto at = begin + least_days_of_a_side; at <= last; ++at) {
        const auto here = cut(days, begin, at, std::ssize(days));
        if (!here.is_step() || (best && here.distance() >= least_distance)) continue;
        best = at;
        least_distance = here.distance();
    }
    return best;
}

bool are_step_and_return(const Days& days, std::ptrdiff_t first, std::ptrdiff_t second) {
    const auto there = cut(days, 0, first, second);
    const auto back = cut(days, first, second, std::ssize(days));
    return there.is_step() && (there.shift() > 0) != (back.shift() > 0);
}

/// The number of days before the last step.
std::optional<std::ptrdiff_t> last_step(const Days& days) {
    if (const auto only = step_after(days, 0)) return only;
    // Of a deletion and a restore each hides the other: no level holds on both sides. Two steps the
    // same way are not looked for, since a weekly backup grows by them.
    for (auto first = least_days_of_a_side; first < std::ssize(days); ++first) {
        const auto second = step_after(days, first);
        if (second && are_step_and_return(days, first, *second)) return second;
    }
    return std::nullopt;
}

}  // namespace

std::vector<Point> after_last_step(std::vector<Point> days) {
    while (const auto step = last_step(days)) days.erase(days.begin(), days.begin() + *step);
    return days;
}

}  // namespace jts::hot_storage
