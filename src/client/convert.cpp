#include "client/convert.hpp"

#include <array>

namespace jts::hot_storage::client {

namespace {

ChangeKind to_kind(const std::string& name) {
    using enum ChangeKind;
    static constexpr std::array Kinds = {create_group, create_user, create_directory, set_owner,
                                         set_mode,     set_acl,     set_owner_below};
    return named(name, Kinds, "the kind of change");
}

}  // namespace

ServiceStatus to_status(const Dictionary& properties) {
    return {required<std::string>(properties, "Version"),
            required<std::string>(properties, "BasePath"),
            required<std::string>(properties, "LayoutDigest"),
            required<std::string>(properties, "Health"),
            to_list(required<std::vector<Dictionary>>(properties, "Alerts"), to_alert)};
}

Alert to_alert(const Dictionary& dictionary) {
    return {required<std::string>(dictionary, "subject"),
            to_level(required<std::string>(dictionary, "severity")),
            required<std::uint64_t>(dictionary, "since"),
            required<double>(dictionary, "value"),
            required<double>(dictionary, "threshold"),
            required<std::string>(dictionary, "message")};
}

Level to_level(const std::string& name) {
    using enum Level;
    static constexpr std::array Levels = {ok, warning, critical};
    return named(name, Levels, "the level");
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

PlanReport to_plan(const Dictionary& result) {
    return to_plan(required<std::string>(result, "digest"),
                   required<std::vector<Dictionary>>(result, "changes"));
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
