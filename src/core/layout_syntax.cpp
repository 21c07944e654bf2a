#include "core/layout_syntax.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "core/layout_node.hpp"
#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

using nlohmann::json;

/// A layout nests five deep. The bound keeps a hostile file from exhausting the stack where values
/// are copied, which the JSON library does recursively.
constexpr int deepest = 16;
constexpr std::size_t longest_message = 200;

/// Follows the parser through the document, knowing each open object's keys. An array is one place
/// to it: no layout has objects in arrays.
class StructureCheck {
  public:
    bool operator()(int depth, json::parse_event_t event, const json& parsed) {
        switch (event) {
            case json::parse_event_t::object_start:
            case json::parse_event_t::array_start:
                enter(depth);
                break;
            case json::parse_event_t::object_end:
            case json::parse_event_t::array_end:
                open_.pop_back();
                break;
            case json::parse_event_t::key:
                add_key(parsed.get_ref<const std::string&>());
                break;
            case json::parse_event_t::value:
                break;
        }
        return true;
    }

  private:
    struct Container {
        std::string pointer;
        std::string member;  ///< pointer of the member now being read
        std::set<std::string> keys;
    };

    void enter(int depth) {
        const auto pointer = open_.empty() ? std::string() : open_.back().member;
        if (depth >= deepest)
            throw LayoutFault{pointer, "nests deeper than " + std::to_string(deepest) + " levels"};
        open_.push_back({pointer, pointer, {}});
    }

    void add_key(const std::string& key) {
        auto& object = open_.back();
        object.member = child_pointer(object.pointer, key);
        if (!object.keys.insert(key).second)
            throw LayoutFault{object.member, "the key stands twice in one object"};
    }

    std::vector<Container> open_;
};

/// The library's message without its own id in brackets, shortened and safe to show.
std::string reason_of(const json::exception& error) {
    std::string_view text = error.what();
    text.remove_prefix(std::min(text.find("] ") + 2, text.size()));
    const bool is_long = text.size() > longest_message;
    return escape(text.substr(0, longest_message)) + (is_long ? "..." : "");
}

/// Line and column as the parser counts them: both from 1, columns in bytes.
std::string place_of(const std::string& text, std::size_t offset) {
    const std::string_view before(text.data(), offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto column = offset - (before.rfind('\n') + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

json parse_layout_text(const std::string& text) {
    if (const auto nul = text.find('\0'); nul != std::string::npos)
        throw LayoutFault{"", "parse error at " + place_of(text, nul) + ": NUL byte"};
    try {
        StructureCheck check;
        return json::parse(text, std::ref(check), /*allow_exceptions=*/true,
                           /*ignore_comments=*/true);
    } catch (const json::exception& error) {
        throw LayoutFault{"", reason_of(error)};
    }
}

}  // namespace jts::hot_storage
