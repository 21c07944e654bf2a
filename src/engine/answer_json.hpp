/// What the parsers of helper units' answers share: JSON that is hostile until shown otherwise.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace jts::hot_storage::engine::answer_json {

/// Throws Error(failed) that says that the answer is not trusted, and why.
[[noreturn]] void reject(const std::string& why);

/// Stops before nesting can become deep.
nlohmann::json parse(std::string_view text);

/// The object's member of that name and type.
const nlohmann::json& member(const nlohmann::json& object, const char* key,
                             nlohmann::json::value_t type);

/// An object of so many members: with as many looked at by name, no others.
void require_size(const nlohmann::json& value, std::size_t size);

}  // namespace jts::hot_storage::engine::answer_json
