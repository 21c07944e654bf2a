#include "engine/answer_json.hpp"

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::engine::answer_json {

using nlohmann::json;

namespace {

constexpr int max_depth = 3;

}  // namespace

void reject(const std::string& why) {
    throw Error(ErrorCode::failed, "the helper unit's answer is not trusted: " + why);
}

json parse(std::string_view text) {
    const auto bounded = [](int depth, json::parse_event_t, json&) {
        if (depth > max_depth) reject("nested too deep");
        return true;
    };
    try {
        return json::parse(text, bounded);
    } catch (const json::exception&) {
        reject("not JSON");
    }
}

const json& member(const json& object, const char* key, json::value_t type) {
    const auto found = object.find(key);
    if (found == object.end() || found->type() != type)
        reject(std::string("\"") + key + "\" is missing or of the wrong type");
    return *found;
}

void require_size(const json& value, std::size_t size) {
    if (!value.is_object() || value.size() != size) reject("unknown keys");
}

}  // namespace jts::hot_storage::engine::answer_json
