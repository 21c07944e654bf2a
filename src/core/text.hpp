/// Text that is safe to show: on a terminal, in JSON, in the journal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jts::hot_storage {

/// Keeps well-formed UTF-8 and writes every other byte and every control character (C0, DEL, C1)
/// as `\xNN`. Idempotent on its own output.
std::string escape(std::string_view bytes);

/// The same, but of what becomes longer the beginning and the end, with `…` between: nobody reads
/// more, and whoever may name files chooses how long their paths are.
std::string escape_shortly(std::string_view bytes);
inline constexpr std::size_t most_shown_bytes = 1024;

/// Whether it is so many lower-case hexadecimal digits, as ids and digests are.
bool is_hexadecimal(std::string_view text, std::size_t digits) noexcept;

/// Four octal digits, such as `0750`.
std::string octal(unsigned mode);

}  // namespace jts::hot_storage
