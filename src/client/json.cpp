#include "client/json.hpp"

#include <cstdio>
#include <string_view>

namespace jts::hot_storage::client {

namespace {

/// DEL and the C1 controls, which the library leaves as they are, do something to a terminal, and
/// another host may send any. They stand in strings alone.
std::string without_controls(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool is_c1 = byte == 0xC2 && next >= 0x80 && next <= 0x9F;
        if (byte != 0x7F && !is_c1) {
            out += text[i];
            continue;
        }
        char escaped[7];
        std::snprintf(escaped, sizeof escaped, "\\u%04x", is_c1 ? next : byte);
        out += escaped;
        if (is_c1) ++i;
    }
    return out;
}

}  // namespace

Json json_document() {
    return {{"schema", 1}};
}

std::string json_text(const Json& document, JsonForm form) {
    const int indent = form == JsonForm::pretty ? 4 : -1;
    return without_controls(document.dump(indent, ' ', false, Json::error_handler_t::replace)) +
           '\n';
}

}  // namespace jts::hot_storage::client
