/// Reading the bus's dictionaries: what is missing, or of another type, is `Error(failed)` that
/// names the key.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::client {

using Dictionary = std::map<std::string, sdbus::Variant>;

inline Error answer_not_understood(const std::string& what) {
    return Error(ErrorCode::failed, "the service's answer is not understood: " + what +
                                        "; are the service and this client of one version?");
}

template <typename T>
T value_of(const std::string& key, const sdbus::Variant& value) {
    if (!value.containsValueOfType<T>())
        throw answer_not_understood("'" + key + "' has another type");
    return value.get<T>();
}

template <typename T>
T required(const Dictionary& dictionary, const std::string& key) {
    const auto found = dictionary.find(key);
    if (found == dictionary.end()) throw answer_not_understood("'" + key + "' is missing");
    return value_of<T>(key, found->second);
}

template <typename T>
T optional(const Dictionary& dictionary, const std::string& key) {
    const auto found = dictionary.find(key);
    return found == dictionary.end() ? T{} : value_of<T>(key, found->second);
}

/// The one of `all` that has this name.
template <typename Values>
auto named(std::string_view name, const Values& all, const std::string& what) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](auto each) { return to_string(each) == name; });
    if (found == all.end())
        throw answer_not_understood(what + " '" + std::string(name) + "' is unknown");
    return *found;
}

template <typename T>
std::vector<T> to_list(const std::vector<Dictionary>& dictionaries,
                       T (*convert)(const Dictionary&)) {
    std::vector<T> list;
    list.reserve(dictionaries.size());
    std::transform(dictionaries.begin(), dictionaries.end(), std::back_inserter(list), convert);
    return list;
}

}  // namespace jts::hot_storage::client
