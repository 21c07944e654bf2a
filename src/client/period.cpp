#include "client/period.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr std::uint64_t Second = 1'000'000;
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> Units = {
    {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86'400}, {"w", 604'800}}};
constexpr std::array Forms = {
    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S",  "%Y-%m-%d %H:%M",    "%Y-%m-%d"};
/// Far later than anything, and short enough to be counted in microseconds.
constexpr std::uint64_t MostSeconds = 100'000'000'000;

/// The number that the text begins with, and what follows.
std::optional<std::pair<std::uint64_t, std::string_view>> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number > MostSeconds) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return std::pair(number, text);
}

std::optional<std::uint64_t> before(std::string_view text, std::uint64_t now) {
    const auto parts = number_in(text);
    if (!parts) return std::nullopt;
    for (const auto& [name, seconds] : Units) {
        if (parts->second != name) continue;
        const std::uint64_t most = now / Second / seconds;
        return parts->first > most ? 0 : now - parts->first * seconds * Second;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> since_epoch(std::string_view text) {
    if (!text.starts_with('@')) return std::nullopt;
    const auto parts = number_in(text.substr(1));
    if (!parts || !parts->second.empty()) return std::nullopt;
    return parts->first * Second;
}

std::optional<std::uint64_t> date(const std::string& text) {
    for (const char* form : Forms) {
        std::tm parts{};
        const char* end = ::strptime(text.c_str(), form, &parts);
        if (end == nullptr || *end != '\0') continue;
        const std::tm given = parts;
        const std::time_t seconds = ::timegm(&parts);
        // It takes the 31st of February for the 3rd of March.
        if (seconds < 0 || parts.tm_mday != given.tm_mday) return std::nullopt;
        return static_cast<std::uint64_t>(seconds) * Second;
    }
    return std::nullopt;
}

}  // namespace

std::uint64_t time_from_text(const std::string& text, std::uint64_t now) {
    // The service takes 0 for now.
    const auto some = [](std::uint64_t time) { return std::max<std::uint64_t>(time, 1); };
    if (const auto time = before(text, now)) return some(*time);
    if (const auto time = since_epoch(text)) return some(*time);
    if (const auto time = date(text)) return some(*time);
    throw Error(
        ErrorCode::invalid_args,
        "'" + escape(text) +
            "' is no time: give a length of time before now (90min, 36h, 7d, 2w), a date "
            "(2026-01-31, 2026-01-31T12:00, of UTC) or seconds since the epoch (@1769860800)");
}

}  // namespace jts::hot_storage::client
