#include "core/layout_values.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

template <typename... Sets>
bool consists_of(std::string_view text, Sets... sets) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (... || (std::string_view(sets).find(c) != std::string_view::npos));
    });
}

const std::string& read_string(const LayoutNode& node) {
    if (!node.value.is_string()) node.reject("must be a string");
    return node.value.get_ref<const std::string&>();
}

/// An integer, not merely a number equal to one: 5.0 is no layout's way to say 5.
std::uint64_t read_unsigned(const LayoutNode& node, const std::string& range) {
    if (!node.value.is_number_unsigned()) node.reject("must be an integer from " + range);
    return node.value.get<std::uint64_t>();
}

void require_array(const LayoutNode& node) {
    if (!node.value.is_array()) node.reject("must be an array of strings");
}

}  // namespace

bool is_account_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 31 && consists_of(text.substr(0, 1), lower, "_") &&
           consists_of(text, lower, digits, "_-");
}

bool is_directory_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 64 &&
           consists_of(text.substr(0, 1), lower, upper, digits, "_") &&
           consists_of(text, lower, upper, digits, "._-");
}

void read_format(const LayoutNode& node) {
    if (node.value != 1) node.reject("must be 1, the only format that this version reads");
}

std::uint32_t read_number(const LayoutNode& node, std::uint32_t low, std::uint32_t high) {
    const auto range = std::to_string(low) + " to " + std::to_string(high);
    const auto number = read_unsigned(node, range);
    if (number < low || number > high) node.reject("must be an integer from " + range);
    return static_cast<std::uint32_t>(number);
}

std::uint64_t read_bytes(const LayoutNode& node) {
    return read_unsigned(node, "0 to 18446744073709551615");
}

std::uint64_t read_threshold_bytes(const LayoutNode& node) {
    const std::string range = "1 to 18446744073709551615";
    const auto bytes = read_unsigned(node, range);
    if (bytes == 0) node.reject("must be an integer from " + range);
    return bytes;
}

std::string read_account(const LayoutNode& node) {
    const auto& name = read_string(node);
    if (!is_account_name(name)) node.reject("must be an account name, [a-z_][a-z0-9_-]{0,30}");
    return name;
}

std::uint32_t read_mode(const LayoutNode& node) {
    const auto& text = read_string(node);
    const bool is_octal = (text.size() == 3 || text.size() == 4) && consists_of(text, "01234567");
    if (!is_octal || (text.size() == 4 && text.front() != '0'))
        node.reject(
            "must be a mode from \"0000\" to \"0777\": three or four octal digits, no "
            "set-user-ID, set-group-ID or sticky bit");
    return static_cast<std::uint32_t>(std::stoul(text, nullptr, 8));
}

std::vector<std::string> read_units(const LayoutNode& node) {
    require_array(node);
    std::vector<std::string> units;
    for_each_element(node, [&](const LayoutNode& element) {
        const auto& glob = read_string(element);
        // What unit names are made of (systemd.unit(5)) and what fnmatch adds.
        if (glob.empty() || glob.size() > 255 ||
            !consists_of(glob, lower, upper, digits, ":_.@\\-", "*?[]!"))
            element.reject("must be a systemd unit name, which may hold the wildcards * ? [ ]");
        if (std::find(units.begin(), units.end(), glob) != units.end())
            element.reject("stands twice");
        units.push_back(glob);
    });
    return units;
}

}  // namespace jts::hot_storage
