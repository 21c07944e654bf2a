#include "client/size_text.hpp"

#include <array>
#include <cstdio>

namespace jts::hot_storage::client {

std::string size_text(std::uint64_t bytes, SizeForm form) {
    static constexpr std::array Prefixes = {"", "K", "M", "G", "T", "P", "E"};
    if (form == SizeForm::bytes) return std::to_string(bytes);
    const double step = form == SizeForm::iec ? 1024 : 1000;
    if (static_cast<double>(bytes) < step) return std::to_string(bytes) + "B";
    double value = static_cast<double>(bytes);
    std::size_t prefix = 0;
    // What would be rounded up to a whole step belongs to the next unit.
    while (value >= step - 0.05 && prefix + 1 < Prefixes.size()) value /= step, ++prefix;
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%.1f", value);
    const std::string letter = form == SizeForm::si && prefix == 1 ? "k" : Prefixes[prefix];
    return digits.data() + letter + (form == SizeForm::iec ? "iB" : "B");
}

}  // namespace jts::hot_storage::client
