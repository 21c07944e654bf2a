#include "client/convert_json.hpp"

#include <cstdint>
#include <type_traits>

namespace jts::hot_storage::client {

namespace {

using nlohmann::json;

template <typename T>
json plain_json(const T& value) {
    if constexpr (std::is_arithmetic_v<T>)
        return value;
    else
        return static_cast<const std::string&>(value);  // an object path is a string too
}

template <typename T>
json plain_json(const std::vector<T>& values) {
    json list = json::array();
    for (const T& value : values) list.push_back(plain_json<T>(value));
    return list;
}

template <typename List>
json json_list(const List& values) {
    json list = json::array();
    for (const auto& value : values) list.push_back(json_of(value));
    return list;
}

json json_by_name(const std::map<std::string, Dictionary>& dictionaries) {
    json object = json::object();
    for (const auto& [name, dictionary] : dictionaries) object[name] = json_of(dictionary);
    return object;
}

/// Whether the value is a `T`, or an array of it; if so, `result` is what it says.
template <typename T>
bool read_as(const sdbus::Variant& value, json& result) {
    if (value.containsValueOfType<T>())
        result = plain_json<T>(value.get<T>());
    else if (value.containsValueOfType<std::vector<T>>())
        result = plain_json<T>(value.get<std::vector<T>>());
    else
        return false;
    return true;
}

template <typename... Types>
bool read_plain(const sdbus::Variant& value, json& result) {
    return (read_as<Types>(value, result) || ...);
}

template <typename T, typename Convert>
bool read_with(const sdbus::Variant& value, json& result, Convert convert) {
    if (!value.containsValueOfType<T>()) return false;
    result = convert(value.get<T>());
    return true;
}

bool read_nested(const sdbus::Variant& value, json& result) {
    const auto of_one = [](const auto& one) { return json_of(one); };
    const auto of_list = [](const auto& list) { return json_list(list); };
    return read_with<sdbus::Variant>(value, result, of_one) ||
           read_with<Dictionary>(value, result, of_one) ||
           read_with<std::vector<sdbus::Variant>>(value, result, of_list) ||
           read_with<std::vector<Dictionary>>(value, result, of_list) ||
           read_with<std::map<std::string, Dictionary>>(value, result, json_by_name);
}

}  // namespace

json json_of(const sdbus::Variant& value) {
    json result;
    const bool known =
        read_plain<bool, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t,
                   std::int64_t, std::uint64_t, double, std::string, sdbus::ObjectPath>(value,
                                                                                        result) ||
        read_nested(value, result);
    if (!known)
        throw answer_not_understood("there is no JSON for type '" +
                                    std::string(value.peekValueType()) + "'");
    return result;
}

json json_of(const Dictionary& dictionary) {
    json object = json::object();
    for (const auto& [key, value] : dictionary) object[key] = json_of(value);
    return object;
}

std::string json_text_of(const Dictionary& dictionary) {
    return json_of(dictionary).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace jts::hot_storage::client
