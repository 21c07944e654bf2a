#include "core/theil_sen.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/median.hpp"

namespace jts::hot_storage {

namespace {

std::vector<double> pairwise_slopes(const std::vector<Point>& points) {
    std::vector<double> slopes;
    slopes.reserve(points.size() * (points.size() - 1) / 2);
    for (auto a = points.begin(); a != points.end(); ++a) {
        for (auto b = points.begin(); b != a; ++b) slopes.push_back((a->y - b->y) / (a->x - b->x));
    }
    return slopes;
}

double variance_of(double count) {
    return count * (count - 1) * (2 * count + 5) / 18;
}

/// Of Kendall's statistic, where the points had no slope.
double kendall_variance(const std::vector<Point>& points) {
    std::map<double, double> equal;
    for (const auto& point : points) equal[point.y] += 1;
    double variance = variance_of(static_cast<double>(points.size()));
    for (const auto& [y, count] : equal) variance -= variance_of(count);
    return variance;
}

}  // namespace

Slope theil_sen(const std::vector<Point>& points, double confidence) {
    auto slopes = pairwise_slopes(points);
    std::sort(slopes.begin(), slopes.end());
    const auto count = static_cast<double>(slopes.size());
    const auto reach = confidence * std::sqrt(kendall_variance(points));
    const auto at_rank = [&](double rank) {
        const auto last = count - 1;
        return slopes[static_cast<std::size_t>(std::clamp(rank, 0.0, last))];
    };
    const auto estimate = median(slopes);
    return {estimate, std::min(estimate, at_rank(std::round((count - reach) / 2) - 1)),
            std::max(estimate, at_rank(std::round((count + reach) / 2)))};
}

}  // namespace jts::hot_storage
