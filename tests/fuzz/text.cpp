// Small pure functions on any bytes: escaping, paths, and ACLs as the kernel and as a layout write
// them.
#include "core/text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/acl.hpp"
#include "core/layout_values.hpp"
#include "fuzz/shown_text.hpp"
#include "jts/hot_storage/error.hpp"
#include "sys/acl_codec.hpp"
#include "sys/path.hpp"

namespace jts::hot_storage::fuzz {
namespace {

using nlohmann::json;

void try_escape(std::string_view input) {
    const auto shown = escape(input);
    require_shown(shown);
    REQUIRE(escape(shown) == shown);
    REQUIRE(shown.size() >= input.size());
    const std::string text(input);
    REQUIRE((shown == text) == (is_utf8(text) && !holds_control_character(text)));
}

/// The path with one slash before each component.
std::string joined(const std::vector<std::string>& components) {
    std::string path;
    for (const auto& component : components) path += "/" + component;
    return path;
}

void try_components(std::string_view input) {
    const auto components = sys::components_of(input);
    auto expected = "/" + std::string(input);
    const auto twice = [](char a, char b) { return a == '/' && b == '/'; };
    expected.erase(std::unique(expected.begin(), expected.end(), twice), expected.end());
    if (expected.ends_with('/')) expected.pop_back();
    REQUIRE(joined(components) == expected);
    REQUIRE(sys::components_of(expected) == components);
}

void require_encodes(std::vector<AclLine> lines, bool is_default) {
    const auto bytes = sys::encode_acl(lines, is_default);
    std::ranges::sort(lines);
    if (lines.empty()) return REQUIRE(bytes.empty());
    REQUIRE(sys::decode_acl(bytes, is_default) == lines);
    REQUIRE(sys::encode_acl(lines, is_default) == bytes);
    REQUIRE(sys::encode_acl(lines, !is_default).empty());
}

void try_acl_codec(std::string_view input) {
    for (const bool is_default : {false, true}) {
        try {
            require_encodes(sys::decode_acl(input, is_default), is_default);
        } catch (const Error& error) {
            require_shown(error.what());
        }
    }
}

/// Everybody whom the entries name, each with an id of its own.
AccountDatabase accounts_for(const std::vector<AclEntry>& entries) {
    AccountDatabase accounts;
    std::uint32_t id = 1000;
    for (const auto& entry : entries) {
        accounts.users.push_back({.name = entry.name, .uid = ++id});
        accounts.groups.push_back({.name = entry.name, .gid = ++id});
    }
    return accounts;
}

void require_kernel_form(const std::vector<AclEntry>& entries) {
    const auto lines = acl_lines(0750, entries, accounts_for(entries));
    REQUIRE(std::ranges::is_sorted(lines));
    for (const bool is_default : {false, true}) {
        const auto bytes = sys::encode_acl(lines, is_default);
        const auto count = std::ranges::count(lines, is_default, &AclLine::is_default);
        REQUIRE(bytes.size() == (count == 0 ? 0 : 4 + 8 * static_cast<std::size_t>(count)));
    }
}

json texts_of(const std::vector<AclEntry>& entries) {
    auto texts = json::array();
    for (const auto& entry : entries) texts.push_back(to_string(entry));
    return texts;
}

/// Each line an entry.
void try_acl_text(std::string_view input) {
    auto document = json::array();
    for (std::string_view rest = input; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        document.push_back(std::string(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!is_utf8(std::string(input))) return;  // the parser of files lets no other through
    try {
        const auto entries = read_acl({document, "/acl"});
        REQUIRE(read_acl({texts_of(entries), "/acl"}) == entries);
        require_kernel_form(entries);
    } catch (const LayoutFault& fault) {
        require_shown(fault.reason);
    }
}

}  // namespace
}  // namespace jts::hot_storage::fuzz

FUZZ_TARGET(input) {
    using namespace jts::hot_storage::fuzz;
    try_escape(input);
    try_components(input);
    try_acl_codec(input);
    try_acl_text(input);
}
