/// A line through points that some of them may be far off.
#pragma once

#include <vector>

namespace jts::hot_storage {

struct Point {
    double x = 0;
    double y = 0;

    bool operator==(const Point&) const = default;
};

/// A slope and the interval that holds the true one, as far as the points tell.
struct Slope {
    double estimate = 0;
    double low = 0;
    double high = 0;

    bool operator==(const Slope&) const = default;
};

/// Of a normal distribution 95 % lie so many standard deviations around its middle.
inline constexpr double confidence_95 = 1.959963984540054;

/// The median of the slopes of all pairs (Theil 1950), which up to 29 % of the points cannot lead
/// astray, and the interval that Kendall's statistic gives by the slopes' ranks: P. K. Sen,
/// Estimates of the regression coefficient based on Kendall's tau, J. Am. Stat. Assoc. 63 (1968),
/// 1379–1389, with the normal approximation and ties in y accounted for. Each pair is looked at:
/// the caller bounds the number of points. At least two are needed, no two with the same x.
Slope theil_sen(const std::vector<Point>& points, double confidence = confidence_95);

}  // namespace jts::hot_storage
