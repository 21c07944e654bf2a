// The slope through points, held against published results.
#include "core/theil_sen.hpp"

#include <gtest/gtest.h>

namespace jts::hot_storage::test {
namespace {

std::vector<Point> points_of(const std::vector<double>& x, const std::vector<double>& y) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < x.size(); ++i) points.push_back({x[i], y[i]});
    return points;
}

TEST(TheilSen, GivesTheIntervalOfSensOwnExample) {
    const auto slope =
        theil_sen(points_of({1, 2, 3, 4, 10, 12, 18}, {9, 15, 19, 20, 45, 55, 78}), 1.8119);
    EXPECT_DOUBLE_EQ(slope.estimate, 4);  // Sen 1968, section 6, with a confidence of 93 %
    EXPECT_NEAR(slope.low, 3.71, 0.005);
    EXPECT_NEAR(slope.high, 4.38, 0.005);
}

TEST(TheilSen, BearsTwoStraysOfSevenPoints) {
    const auto slope = theil_sen(points_of({1, 2, 3, 4, 5, 6, 7}, {2, 4, 6, 8, 10, 1e6, 1e6}));
    EXPECT_DOUBLE_EQ(slope.low, 2);
    EXPECT_NEAR(slope.estimate, 2, 1e-9);
}

TEST(TheilSen, HasANarrowerIntervalWhereValuesAreEqual) {
    const auto slope = theil_sen(points_of({1, 2, 3, 4, 5, 6, 7, 8}, {0, 0, 0, 0, 0, 1, 3, 6}));
    EXPECT_EQ(slope, (Slope{0.5, 0, 1.2}));  // 1.5 if no value stood twice
}

TEST(TheilSen, OfAStraightLineIsExact) {
    const auto slope = theil_sen(points_of({-4, -3, -2, -1, 0}, {3, 2, 1, 0, -1}));
    EXPECT_EQ(slope, (Slope{-1, -1, -1}));
}

TEST(TheilSen, OfEqualValuesIsFlat) {
    EXPECT_EQ(theil_sen(points_of({1, 2, 3, 4, 5}, {7, 7, 7, 7, 7})), (Slope{0, 0, 0}));
}

TEST(TheilSen, OfTwoPointsIsTheirSlope) {
    EXPECT_EQ(theil_sen({{0, 1}, {2, 5}}), (Slope{2, 2, 2}));
}

}  // namespace
}  // namespace jts::hot_storage::test
