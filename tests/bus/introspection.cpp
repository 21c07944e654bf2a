#include "bus/introspection.hpp"

#include <map>
#include <regex>
#include <stdexcept>

namespace jts::hot_storage::test {
namespace {

using Attributes = std::map<std::string, std::string>;

struct Element {
    std::string name;
    Attributes attributes;
};

/// The opening tags of a document that is sd-bus's own work, in order.
std::vector<Element> elements_of(const std::string& xml) {
    static const std::regex tag(R"re(<([a-z]+)((?: [a-z]+="[^"]*")*)\s*/?>)re");
    static const std::regex attribute(R"re(([a-z]+)="([^"]*)")re");
    std::vector<Element> elements;
    for (std::sregex_iterator found(xml.begin(), xml.end(), tag), end; found != end; ++found) {
        Element element{(*found)[1], {}};
        const std::string text = (*found)[2];
        for (std::sregex_iterator each(text.begin(), text.end(), attribute); each != end; ++each) {
            element.attributes[(*each)[1]] = (*each)[2];
        }
        elements.push_back(std::move(element));
    }
    return elements;
}

std::string introspection_of(Caller& caller, const std::string& path) {
    const auto answer = caller.call(
        {.member = "Introspect", .interface = "org.freedesktop.DBus.Introspectable", .path = path});
    if (!answer.ok()) throw std::runtime_error("cannot introspect " + path + ": " + answer.message);
    return answer.values.at(0);
}

using Methods = std::vector<MethodSignature>;

Methods& methods_of(ObjectTree& tree, const std::string& interface) {
    return interface.starts_with("org.freedesktop.DBus") ? tree.standard_methods : tree.methods;
}

/// `interface` is where the walk through the document has come to.
void add_member(ObjectTree& tree, const Element& element, const std::string& path,
                const std::string& interface) {
    Methods& methods = methods_of(tree, interface);
    const auto name = element.attributes.find("name");
    if (element.name == "method") {
        methods.push_back({path, interface, name->second, {}});
    } else if (element.name == "property") {
        tree.properties.push_back({path, interface, name->second, element.attributes.at("type")});
    } else if (element.name == "arg" && element.attributes.count("direction") != 0 &&
               element.attributes.at("direction") == "in") {
        const bool is_named = name != element.attributes.end();
        methods.back().in.push_back({element.attributes.at("type"), is_named ? name->second : ""});
    }
}

void add_object(ObjectTree& tree, Caller& caller, const std::string& path) {
    std::string interface;
    for (const auto& element : elements_of(introspection_of(caller, path))) {
        const auto name = element.attributes.find("name");
        if (element.name == "interface") interface = name->second;
        if (element.name == "node" && name != element.attributes.end()) {
            add_object(tree, caller, (path == "/" ? path : path + "/") + name->second);
        } else {
            add_member(tree, element, path, interface);
        }
    }
}

}  // namespace

ObjectTree introspect(Caller& caller) {
    ObjectTree tree;
    add_object(tree, caller, "/");
    return tree;
}

Fill default_arguments(const std::vector<Argument>& arguments) {
    return [arguments](sd_bus_message* message) {
        for (const auto& [type, name] : arguments) {
            int result = -1;
            if (type.front() == 'a') {
                result = sd_bus_message_append(message, type.c_str(), 0);
            } else if (type == "s" && name == "service") {
                result = sd_bus_message_append(message, "s", "");
            } else if (type == "s") {
                result = sd_bus_message_append(message, "s", std::string(32, '0').c_str());
            } else if (type == "v") {
                result = sd_bus_message_append(message, "v", "s", "debug");
            } else {
                result = sd_bus_message_append(message, type.c_str(), std::uint64_t{0});
            }
            if (result < 0) throw std::runtime_error("no default value for type " + type);
        }
    };
}

}  // namespace jts::hot_storage::test
