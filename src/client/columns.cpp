#include "client/columns.hpp"

#include <algorithm>
#include <cwchar>

namespace jts::hot_storage::client {

namespace {

/// A command between backticks is one word, to be copied.
std::size_t end_of_word(std::string_view text) {
    auto end = std::min(text.find(' '), text.size());
    while (std::ranges::count(text.substr(0, end), '`') % 2 == 1) {
        const auto closing = text.find('`', end);
        if (closing == text.npos) break;
        end = std::min(text.find(' ', closing), text.size());
    }
    return end;
}

template <typename Visit>
void for_each_word(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        const auto end = end_of_word(text);
        if (end > 0) visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    std::mbstate_t state{};
    while (!text.empty()) {
        wchar_t character = 0;
        const std::size_t used = std::mbrtowc(&character, text.data(), text.size(), &state);
        const bool readable = used > 0 && used <= text.size();
        const int columns = readable ? ::wcwidth(character) : 1;
        width += static_cast<std::size_t>(std::max(columns, 0));
        if (!readable) state = {};
        text.remove_prefix(readable ? used : 1);
    }
    return width;
}

std::size_t width_of_longest_word(std::string_view text) {
    std::size_t longest = 0;
    for_each_word(text,
                  [&](std::string_view word) { longest = std::max(longest, width_of(word)); });
    return longest;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
    if (width_of(text) <= width) return {text};
    std::vector<std::string> lines{""};
    for_each_word(text, [&](std::string_view word) {
        std::string& line = lines.back();
        if (line.empty())
            line = word;
        else if (width_of(line) + 1 + width_of(word) <= width)
            line.append(1, ' ').append(word);
        else
            lines.emplace_back(word);
    });
    return lines;
}

}  // namespace jts::hot_storage::client
