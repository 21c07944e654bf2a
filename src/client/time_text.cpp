#include "client/time_text.hpp"

#include <ctime>

namespace jts::hot_storage::client {

std::string time_text(std::uint64_t usec) {
    const auto seconds = static_cast<std::time_t>(usec / 1'000'000);
    std::tm parts{};
    char text[64];
    if (gmtime_r(&seconds, &parts) == nullptr) return {};
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace jts::hot_storage::client
