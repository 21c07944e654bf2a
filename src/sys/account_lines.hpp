/// The lines of passwd, group, shadow and gshadow as they stand in the files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage::sys {

using AccountFields = std::vector<std::string_view>;

/// The fields of every line that names somebody and has at least `least` of them. Comments, blanks
/// and NIS compatibility lines (`+`, `-`) name nobody.
std::vector<AccountFields> account_lines(std::string_view text, std::size_t least);

/// The parts of `text` between separators; always at least one.
AccountFields split(std::string_view text, char separator);

/// The second field of the first line about `name`; nothing where there is none.
std::optional<std::string_view> password_field(std::string_view text, std::string_view name);

/// A password that no login can match: shadow(5).
bool is_locked(std::string_view password);

/// The file's text; nothing where it does not exist. Throws `Error(failed)` where it cannot be read
/// or is larger than 16 MiB.
std::optional<std::string> read_account_file(const std::string& path);

}  // namespace jts::hot_storage::sys
