/// A JSON value that knows where it stands, and the fault that says what is wrong with it. Private
/// to the layout's reader.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace jts::hot_storage {

/// Why a layout file is rejected. Caught in `read_layout`; never leaves it.
struct LayoutFault {
    std::string pointer;
    std::string reason;
};

/// `pointer` with one more reference token, escaped as RFC 6901 says.
std::string child_pointer(const std::string& pointer, std::string_view key);

struct LayoutNode {
    const nlohmann::json& value;
    std::string pointer;

    /// The member of that name; nothing where it is absent or null, which mean the same: the
    /// default.
    std::optional<LayoutNode> find(std::string_view key) const;

    /// The reason, behind the value itself, shortened and safe to show.
    [[noreturn]] void reject(const std::string& reason) const;
};

/// The object's member of that name, or the fallback where it has its default.
template <typename Value>
Value read_or(const LayoutNode& object, std::string_view key, Value (*read)(const LayoutNode&),
              Value fallback) {
    const auto member = object.find(key);
    return member ? read(*member) : fallback;
}

/// Each element of an array, with its own pointer. The node must hold an array.
template <typename Visit>
void for_each_element(const LayoutNode& array, Visit visit) {
    for (std::size_t i = 0; i < array.value.size(); ++i)
        visit(LayoutNode{array.value[i], child_pointer(array.pointer, std::to_string(i))});
}

/// Each member of an object: `visit(key, node)`. The node must hold an object.
template <typename Visit>
void for_each_member(const LayoutNode& object, Visit visit) {
    for (const auto& [key, value] : object.value.items())
        visit(key, LayoutNode{value, child_pointer(object.pointer, key)});
}

}  // namespace jts::hot_storage
