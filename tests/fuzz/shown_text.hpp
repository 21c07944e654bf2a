/// What holds of every text that the product shows.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "fuzz/require.hpp"

namespace jts::hot_storage::fuzz {

/// The JSON library's judgement, since ours is what is tested.
inline bool is_utf8(const std::string& text) {
    try {
        return !nlohmann::json(text).dump().empty();
    } catch (const nlohmann::json::exception&) {
        return false;
    }
}

inline bool holds_control_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        const bool begins_c1 = byte == 0xc2 && i + 1 < text.size();
        if (begins_c1 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
    }
    return false;
}

inline void require_shown(const std::string& text) {
    REQUIRE(is_utf8(text));
    REQUIRE(!holds_control_character(text));
}

}  // namespace jts::hot_storage::fuzz
