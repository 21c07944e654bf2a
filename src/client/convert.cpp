#include "client/convert.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace jts::hot_storage::client {

namespace {

Error not_understood(const std::string& what) {
    return Error(ErrorCode::failed, "the service's answer is not understood: " + what +
                                        "; are the service and this client of one version?");
}

template <typename T>
T value_of(const std::string& key, const sdbus::Variant& value) {
    if (!value.containsValueOfType<T>()) throw not_understood("'" + key + "' has another type");
    return value.get<T>();
}

template <typename T>
T required(const Dictionary& dictionary, const std::string& key) {
    const auto found = dictionary.find(key);
    if (found == dictionary.end()) throw not_understood("'" + key + "' is missing");
    return value_of<T>(key, found->second);
}

template <typename T>
T optional(const Dictionary& dictionary, const std::string& key) {
    const auto found = dictionary.find(key);
    return found == dictionary.end() ? T{} : value_of<T>(key, found->second);
}

ChangeKind to_kind(std::string_view name) {
    using enum ChangeKind;
    static constexpr std::array Kinds = {create_group, create_user, create_directory, set_owner,
                                         set_mode,     set_acl,     set_owner_below};
    const auto found = std::find_if(Kinds.begin(), Kinds.end(),
                                    [&](auto kind) { return to_string(kind) == name; });
    if (found == Kinds.end())
        throw not_understood("the kind of change '" + std::string(name) + "' is unknown");
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

}  // namespace

ServiceStatus to_status(const Dictionary& properties) {
    return {required<std::string>(properties, "Version"),
            required<std::string>(properties, "BasePath"),
            required<std::string>(properties, "LayoutDigest"),
            required<std::string>(properties, "Health")};
}

Change to_change(const Dictionary& dictionary) {
    return {to_kind(required<std::string>(dictionary, "kind")),
            required<std::string>(dictionary, "service"),
            required<std::string>(dictionary, "subject"),
            required<std::string>(dictionary, "current"),
            required<std::string>(dictionary, "desired"),
            optional<std::uint64_t>(dictionary, "entries"),
            optional<std::vector<std::string>>(dictionary, "examples")};
}

Refusal to_refusal(const Dictionary& dictionary) {
    return {required<std::string>(dictionary, "service"),
            required<std::string>(dictionary, "subject"),
            required<std::string>(dictionary, "reason")};
}

PlanReport to_plan(const std::string& digest, const std::vector<Dictionary>& changes) {
    return {digest, to_list(changes, to_change)};
}

ProvisionReport to_provision(const Dictionary& result) {
    return {required<std::string>(result, "change_id"),
            required<std::string>(result, "digest"),
            required<std::uint32_t>(result, "applied"),
            required<std::uint32_t>(result, "unchanged"),
            to_list(required<std::vector<Dictionary>>(result, "changes"), to_change),
            to_list(required<std::vector<Dictionary>>(result, "refused"), to_refusal)};
}

}  // namespace jts::hot_storage::client
