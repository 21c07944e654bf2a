/// Sizes for people.
#pragma once

#include <cstdint>
#include <string>

namespace jts::hot_storage::client {

/// Powers of 1024 (`46.6GiB`), powers of 1000 (`50.0GB`), or digits alone.
enum class SizeForm { iec, si, bytes };

/// Three digits at least where there is a unit; one word, so that a column stays a column.
std::string size_text(std::uint64_t bytes, SizeForm form);

}  // namespace jts::hot_storage::client
