/// From a layout file's text to a JSON value. Private to the layout's reader.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace jts::hot_storage {

/// Strict JSON with comments. Beyond the grammar it refuses what parsers commonly let pass and
/// administrators do not see: a key that stands twice in one object (the last would win), a NUL
/// byte (the rest would be ignored), nesting that no layout needs. Throws `LayoutFault`.
nlohmann::json parse_layout_text(const std::string& text);

}  // namespace jts::hot_storage
