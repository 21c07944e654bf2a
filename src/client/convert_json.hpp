/// From any dictionary of the bus to JSON, whatever method it is the answer of.
#pragma once

#include <nlohmann/json.hpp>

#include "client/convert_dictionary.hpp"

namespace jts::hot_storage::client {

/// Numbers stay numbers, paths of objects become strings, variants what is in them. Throws
/// `Error(failed)` for a type that none of the contract's dictionaries has.
nlohmann::json json_of(const sdbus::Variant& value);
nlohmann::json json_of(const Dictionary& dictionary);
/// On one line, and always valid UTF-8.
std::string json_text_of(const Dictionary& dictionary);

}  // namespace jts::hot_storage::client
