#include "core/text.hpp"

#include <array>
#include <cstddef>

namespace jts::hot_storage {

namespace {

/// Length, and range of the second byte, of the sequences that a lead byte may begin: the rows of
/// table 3-7 of the Unicode standard. The second byte's range is what keeps out overlong forms,
/// surrogates and everything above U+10FFFF.
struct SequenceForm {
    unsigned char first_lead, last_lead;
    std::size_t length;
    unsigned char second_low, second_high;
};

constexpr std::array<SequenceForm, 8> sequence_forms{{
    {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
}};

unsigned char byte_at(std::string_view text, std::size_t index) {
    return static_cast<unsigned char>(text[index]);
}

bool is_within(unsigned char byte, unsigned char low, unsigned char high) {
    return byte >= low && byte <= high;
}

bool has_form(std::string_view text, const SequenceForm& form) {
    if (text.size() < form.length ||
        !is_within(byte_at(text, 1), form.second_low, form.second_high))
        return false;
    for (std::size_t i = 2; i < form.length; ++i) {
        if (!is_within(byte_at(text, i), 0x80, 0xBF)) return false;
    }
    return true;
}

bool is_c1_control(std::string_view text) {
    return byte_at(text, 0) == 0xC2 && byte_at(text, 1) < 0xA0;
}

/// How many bytes at the beginning of non-empty `text` are one character that may be shown as it
/// is; 0 where the first byte must be escaped.
std::size_t printable_prefix(std::string_view text) {
    const auto lead = byte_at(text, 0);
    if (lead < 0x80) return is_within(lead, 0x20, 0x7E) ? 1 : 0;
    for (const auto& form : sequence_forms) {
        if (!is_within(lead, form.first_lead, form.last_lead)) continue;
        return has_form(text, form) && !is_c1_control(text) ? form.length : 0;
    }
    return 0;
}

}  // namespace

std::string escape(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto length = printable_prefix(bytes);
        if (length > 0) {
            out += bytes.substr(0, length);
        } else {
            const auto byte = byte_at(bytes, 0);
            out += "\\x";
            out += digits[byte >> 4];
            out += digits[byte & 0xF];
        }
        bytes.remove_prefix(length > 0 ? length : 1);
    }
    return out;
}

std::string escape_shortly(std::string_view bytes) {
    constexpr std::string_view between = "…";
    constexpr auto half = (most_shown_bytes - between.size()) / 2;
    const auto is_inside = [](const std::string& text, std::size_t at) {
        return is_within(byte_at(text, at), 0x80, 0xBF);
    };
    auto text = escape(bytes);
    if (text.size() <= most_shown_bytes) return text;
    auto begin = half;
    while (is_inside(text, begin)) --begin;
    auto end = text.size() - half;
    while (is_inside(text, end)) ++end;
    return text.replace(begin, end - begin, between);
}

bool is_hexadecimal(std::string_view text, std::size_t digits) noexcept {
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string octal(unsigned mode) {
    std::string out(4, '0');
    for (auto digit = out.rbegin(); digit != out.rend(); ++digit, mode >>= 3)
        *digit = static_cast<char>('0' + (mode & 7));
    return out;
}

}  // namespace jts::hot_storage
