/// The JSON that commands print: stable keys in a stable order.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace jts::hot_storage::client {

/// Keeps the order in which keys are added.
using Json = nlohmann::ordered_json;

enum class JsonForm { none, compact, pretty };

/// `{"schema": 1}`, to which a command adds its own members. The number changes when a member
/// changes its meaning or goes; new members do not change it.
Json json_document();

/// One line, or indented; complete with a newline, and always valid UTF-8.
std::string json_text(const Json& document, JsonForm form);

}  // namespace jts::hot_storage::client
