/// How many columns of a terminal a text takes, and where to break it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage::client {

/// As LC_CTYPE has it; what it cannot read counts a column a byte.
std::size_t width_of(std::string_view text);
std::size_t width_of_longest_word(std::string_view text);

/// The text's words on lines of at most `width` columns; a word that is wider has a line of its own
/// and stays whole, so that it can be copied. At least one line. A text that fits comes back as it
/// is.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

}  // namespace jts::hot_storage::client
