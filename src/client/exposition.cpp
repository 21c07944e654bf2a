#include "client/exposition.hpp"

#include <charconv>

namespace jts::hot_storage::client {

namespace {

std::string label_value(std::string_view value) {
    std::string text = "\"";
    for (const char character : value) {
        if (character == '\\' || character == '"') text += '\\';
        if (character == '\n')
            text += "\\n";
        else
            text += character;
    }
    return text + '"';
}

std::string label_set(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels)
        text += (text.empty() ? "{" : ",") + std::string(name) + "=" + label_value(value);
    return text.empty() ? text : text + '}';
}

/// The fewest digits that mean this number, and no exponent, for people who read it, too.
std::string number_text(double value) {
    char digits[400];  // the longest double has 309 before the point
    const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed);
    return {digits, end.ptr};
}

}  // namespace

void Exposition::begin(std::string name, std::string_view help) {
    name_ = std::move(name);
    text_.append("# HELP ").append(name_).append(" ").append(help).append("\n");
    text_.append("# TYPE ").append(name_).append(" gauge\n");
}

void Exposition::sample(const Labels& labels, double value) {
    text_.append(name_).append(label_set(labels)).append(" ").append(number_text(value));
    text_.append("\n");
}

}  // namespace jts::hot_storage::client
