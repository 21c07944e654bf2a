#include "bus/every_call.hpp"

#include <set>
#include <utility>

namespace jts::hot_storage::test {
namespace {

using Kind = EveryCall::Kind;

constexpr const char* properties = "org.freedesktop.DBus.Properties";

EveryCall method_call(Kind kind, const MethodSignature& method) {
    return {kind,
            method.path + " " + method.interface + "." + method.name,
            {.member = method.name,
             .fill = default_arguments(method.in),
             .interface = method.interface,
             .path = method.path}};
}

EveryCall property_call(Kind kind, const char* member, const PropertySignature& property,
                        Fill fill) {
    return {kind,
            property.path + " " + member + " " + property.interface + "." + property.name,
            {.member = member,
             .fill = std::move(fill),
             .interface = properties,
             .path = property.path}};
}

Fill names_of(const PropertySignature& property) {
    return [property](sd_bus_message* message) {
        sd_bus_message_append(message, "ss", property.interface.c_str(), property.name.c_str());
    };
}

/// The value that a property has from the beginning, where it can be set.
Fill new_value_of(const PropertySignature& property) {
    const char* value = property.name == "LogTarget" ? "journal" : "info";
    return [property, value](sd_bus_message* message) {
        names_of(property)(message);
        if (property.type == "s")
            sd_bus_message_append(message, "v", "s", value);
        else
            sd_bus_message_append(message, "v", property.type.c_str(), 0.0, 0);
    };
}

void add_properties(std::vector<EveryCall>& calls, const ObjectTree& tree) {
    std::set<std::pair<std::string, std::string>> interfaces;
    for (const auto& property : tree.properties) {
        calls.push_back(property_call(Kind::open, "Get", property, names_of(property)));
        calls.push_back(property_call(Kind::set, "Set", property, new_value_of(property)));
        if (!interfaces.emplace(property.path, property.interface).second) continue;
        const auto all = [property](sd_bus_message* message) {
            sd_bus_message_append(message, "s", property.interface.c_str());
        };
        calls.push_back(property_call(Kind::open, "GetAll", property, all));
    }
}

}  // namespace

std::vector<EveryCall> every_call(const ObjectTree& tree) {
    std::vector<EveryCall> calls;
    for (const auto& method : tree.methods) calls.push_back(method_call(Kind::gated, method));
    for (const auto& method : tree.standard_methods)
        if (method.interface != properties) calls.push_back(method_call(Kind::open, method));
    add_properties(calls, tree);
    return calls;
}

}  // namespace jts::hot_storage::test
