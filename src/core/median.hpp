/// The middle of some numbers.
#pragma once

#include <algorithm>
#include <vector>

namespace jts::hot_storage {

/// The mean of the two middle ones where their number is even. At least one is needed.
inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    const auto below = *std::max_element(values.begin(), middle);
    return below + (*middle - below) / 2;
}

}  // namespace jts::hot_storage
