// Policies, ownership below and ACL entries: values whose form is a word or words with colons.
#include <algorithm>
#include <array>
#include <tuple>

#include "core/layout_values.hpp"

namespace jts::hot_storage {

namespace {

template <typename Value>
struct Word {
    std::string_view text;
    Value value;
};

constexpr std::array policies{
    Word<Policy>{"exact", Policy::exact},
    Word<Policy>{"at-most", Policy::at_most},
};

constexpr std::array belows{
    Word<Below>{"owner-and-group", Below::owner_and_group},
    Word<Below>{"owner", Below::owner},
    Word<Below>{"declared-only", Below::declared_only},
};

std::string choices(const auto& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "\"" : ", \"") + std::string(word.text) + "\"";
    return out;
}

auto read_word(const LayoutNode& node, const auto& words) {
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&](const auto& w) { return node.value == w.text; });
    if (found == words.end()) node.reject("must be one of " + choices(words));
    return found->value;
}

std::string_view word_of(auto value, const auto& words) {
    const auto found =
        std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.value == value; });
    return found != words.end() ? found->text : std::string_view();
}

constexpr std::string_view default_prefix = "default:";
constexpr std::string_view acl_form =
    "must be \"user:NAME:rwx\" or \"group:NAME:rwx\" with \"-\" for each bit not given, after "
    "\"default:\" where new entries are to inherit it; the owner's, the group's and the others' "
    "bits "
    "are the mode's";

/// Takes what stands before the next colon off `rest`.
std::string_view take_field(std::string_view& rest) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const auto field = rest.substr(0, colon);
    rest.remove_prefix(std::min(colon + 1, rest.size()));
    return field;
}

std::optional<std::uint32_t> permissions_from(std::string_view text) {
    constexpr std::string_view all = "rwx";
    if (text.size() != all.size()) return std::nullopt;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (text[i] != all[i] && text[i] != '-') return std::nullopt;
        bits = bits << 1 | (text[i] == all[i] ? 1 : 0);
    }
    return bits;
}

std::optional<AclEntry> acl_entry_from(std::string_view text) {
    AclEntry entry;
    entry.is_default = text.starts_with(default_prefix);
    if (entry.is_default) text.remove_prefix(default_prefix.size());
    const auto tag = take_field(text);
    entry.tag = tag == "user" ? AclEntry::Tag::user : AclEntry::Tag::group;
    entry.name = take_field(text);
    const auto permissions = permissions_from(text);
    if ((tag != "user" && tag != "group") || !is_account_name(entry.name) || !permissions)
        return std::nullopt;
    entry.permissions = *permissions;
    return entry;
}

auto sort_key(const AclEntry& entry) {
    return std::tie(entry.is_default, entry.tag, entry.name);
}

AclEntry read_acl_entry(const LayoutNode& node) {
    const auto* text = node.value.get_ptr<const std::string*>();
    auto entry = text != nullptr ? acl_entry_from(*text) : std::nullopt;
    if (!entry) node.reject(std::string(acl_form));
    return *std::move(entry);
}

}  // namespace

Policy read_policy(const LayoutNode& node) {
    return read_word(node, policies);
}

Below read_below(const LayoutNode& node) {
    return read_word(node, belows);
}

std::vector<AclEntry> read_acl(const LayoutNode& node) {
    if (!node.value.is_array()) node.reject("must be an array of strings");
    std::vector<AclEntry> acl;
    for_each_element(node, [&](const LayoutNode& element) {
        auto entry = read_acl_entry(element);
        const auto twin = std::find_if(acl.begin(), acl.end(), [&](const AclEntry& other) {
            return sort_key(other) == sort_key(entry);
        });
        if (twin != acl.end()) element.reject("is the second entry for that name");
        acl.push_back(std::move(entry));
    });
    std::sort(acl.begin(), acl.end(),
              [](const auto& a, const auto& b) { return sort_key(a) < sort_key(b); });
    return acl;
}

std::string_view to_string(Policy policy) noexcept {
    return word_of(policy, policies);
}

std::string_view to_string(Below below) noexcept {
    return word_of(below, belows);
}

std::string to_string(const AclEntry& entry) {
    std::string out = entry.is_default ? std::string(default_prefix) : std::string();
    out += entry.tag == AclEntry::Tag::user ? "user:" : "group:";
    out += entry.name + ":";
    out += (entry.permissions & 4) != 0 ? 'r' : '-';
    out += (entry.permissions & 2) != 0 ? 'w' : '-';
    out += (entry.permissions & 1) != 0 ? 'x' : '-';
    return out;
}

}  // namespace jts::hot_storage
