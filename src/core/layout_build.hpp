/// From the merged document to a `Layout`, and back. Private to the layout's reader.
#pragma once

#include <nlohmann/json.hpp>

#include "core/layout.hpp"
#include "core/layout_node.hpp"

namespace jts::hot_storage {

/// Fills in the defaults and checks what no single value can be checked for. The document is a
/// merge of files that each passed `check_layout_form`. Throws `LayoutFault`.
Layout build_layout(const nlohmann::json& document);

/// The object's member `key`, over `defaults`. Throws `LayoutFault` where its levels are not in
/// order.
Thresholds build_thresholds(const LayoutNode& object, std::string_view key, Thresholds defaults);

/// The layout in the files' own format, with every default filled in.
nlohmann::ordered_json to_document(const Layout& layout);

/// The same without thresholds that are the defaults, which came later than the digest: that of a
/// layout that does not set them is what it was.
nlohmann::ordered_json to_canonical_document(const Layout& layout);

}  // namespace jts::hot_storage
