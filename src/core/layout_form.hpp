/// The form of one layout file: which keys may stand where. Private to the layout's reader.
#pragma once

#include <nlohmann/json.hpp>

namespace jts::hot_storage {

/// Checks a single file before it is merged, so that a slip is reported even where merging would
/// hide it: an unknown key that is set to null, a bad value that a later file replaces. Throws
/// `LayoutFault`.
void check_layout_form(const nlohmann::json& file);

}  // namespace jts::hot_storage
