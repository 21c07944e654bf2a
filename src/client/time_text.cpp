#include "client/time_text.hpp"

#include <chrono>
#include <ctime>

namespace jts::hot_storage::client {

std::string time_text(std::uint64_t usec) {
    const auto seconds = static_cast<std::time_t>(usec / 1'000'000);
    std::tm parts{};
    char text[64];
    if (gmtime_r(&seconds, &parts) == nullptr) return {};
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string span_text(std::uint64_t usec) {
    constexpr std::uint64_t Minute = 60, Hour = 60 * Minute, Day = 24 * Hour;
    const std::uint64_t seconds = usec / 1'000'000;
    const auto in = [seconds](std::uint64_t unit, const char* name) {
        return std::to_string(seconds / unit) + name;
    };
    if (seconds < 2 * Minute) return in(1, "s");
    if (seconds < 2 * Hour) return in(Minute, "min");
    if (seconds < 2 * Day) return in(Hour, "h");
    return in(Day, "d");
}

std::uint64_t present_time() {
    const auto time =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

}  // namespace jts::hot_storage::client
