#include "client/bar.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace jts::hot_storage::client {

namespace {

constexpr std::size_t Eighths = 8;
/// Beginnings of a column, from an eighth on.
constexpr std::array<const char*, Eighths - 1> Parts = {"\u258f", "\u258e", "\u258d", "\u258c",
                                                        "\u258b", "\u258a", "\u2589"};

std::size_t column_of(unsigned percent, std::size_t width) {
    return std::min(width - 1, percent * width / 100);
}

}  // namespace

std::string bar(double percent, unsigned mark, std::size_t width, bool symbols) {
    if (width == 0) return {};
    const double share = std::clamp(percent / 100, 0.0, 1.0);
    // Rounded down: a bar is full only where nothing is left.
    const auto eighths =
        static_cast<std::size_t>(std::floor(share * static_cast<double>(width * Eighths)));
    const std::size_t full = eighths / Eighths;
    const std::size_t part = symbols ? eighths % Eighths : 0;
    std::string text;
    for (std::size_t column = 0; column < width; ++column) {
        if (column < full)
            text += symbols ? "\u2588" : "#";
        else if (column == full && part > 0)
            text += Parts[part - 1];
        else if (mark > 0 && column == column_of(mark, width))
            text += symbols ? "\u2502" : "|";
        else
            text += symbols ? "\u00b7" : ".";
    }
    return text;
}

}  // namespace jts::hot_storage::client
