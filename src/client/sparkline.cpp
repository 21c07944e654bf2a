#include "client/sparkline.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace jts::hot_storage::client {

namespace {

constexpr std::size_t Levels = 8;
constexpr std::array<const char*, Levels> Blocks = {"\u2581", "\u2582", "\u2583", "\u2584",
                                                    "\u2585", "\u2586", "\u2587", "\u2588"};
constexpr std::array<const char*, Levels> Letters = {"_", ".", "-", "~", "+", "=", "*", "#"};

/// The last value of each span.
std::vector<std::optional<std::uint64_t>> columns_of(const std::vector<TimedValue>& values,
                                                     std::size_t width) {
    const std::uint64_t first = values.front().first;
    const std::uint64_t span = (values.back().first - first) / width + 1;
    std::vector<std::optional<std::uint64_t>> columns(
        std::min<std::size_t>(width, (values.back().first - first) / span + 1));
    for (const auto& [time, value] : values) columns[(time - first) / span] = value;
    return columns;
}

std::size_t level_of(std::uint64_t value, std::uint64_t lowest, std::uint64_t highest) {
    if (highest == lowest) return 0;
    const double part = static_cast<double>(value - lowest) / static_cast<double>(highest - lowest);
    return std::min(Levels - 1, static_cast<std::size_t>(part * static_cast<double>(Levels)));
}

}  // namespace

std::string sparkline(const std::vector<TimedValue>& values, std::size_t width, bool symbols) {
    if (values.empty() || width == 0) return {};
    const auto [lowest, highest] = std::ranges::minmax(values, {}, &TimedValue::second);
    // Few values take a column each, and no more.
    const auto columns = columns_of(values, std::min(width, values.size()));
    std::string line;
    for (const auto& value : columns) {
        if (value)
            line += (symbols ? Blocks : Letters)[level_of(*value, lowest.second, highest.second)];
        else
            line += symbols ? "\u00b7" : "?";
    }
    return line;
}

}  // namespace jts::hot_storage::client
