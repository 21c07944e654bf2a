/// From the merged document to a `Layout`, and back. Private to the layout's reader.
#pragma once

#include <nlohmann/json.hpp>

#include "core/layout.hpp"

namespace jts::hot_storage {

/// Fills in the defaults and checks what no single value can be checked for. The document is a
/// merge of files that each passed `check_layout_form`. Throws `LayoutFault`.
Layout build_layout(const nlohmann::json& document);

/// The layout in the files' own format, with every default filled in.
nlohmann::ordered_json to_document(const Layout& layout);

}  // namespace jts::hot_storage
