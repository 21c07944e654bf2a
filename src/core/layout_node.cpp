#include "core/layout_node.hpp"

#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

constexpr std::size_t shown_bytes = 60;

std::string show(const nlohmann::json& value) {
    auto text = value.dump();
    if (text.size() > shown_bytes) text = text.substr(0, shown_bytes) + "...";
    return escape(text);
}

}  // namespace

std::string child_pointer(const std::string& pointer, std::string_view key) {
    std::string out = pointer + "/";
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::optional<LayoutNode> LayoutNode::find(std::string_view key) const {
    const auto found = value.find(key);
    if (found == value.end() || found->is_null()) return std::nullopt;
    return LayoutNode{*found, child_pointer(pointer, key)};
}

void LayoutNode::reject(const std::string& reason) const {
    throw LayoutFault{pointer, show(value) + " " + reason};
}

}  // namespace jts::hot_storage
