/// What a live object on the bus says that it has.
#pragma once

#include <string>
#include <vector>

#include "bus/caller.hpp"

namespace jts::hot_storage::test {

struct Argument {
    std::string type;
    std::string name;
};

struct MethodSignature {
    std::string path;
    std::string interface;
    std::string name;
    std::vector<Argument> in;
};

struct PropertySignature {
    std::string path;
    std::string interface;
    std::string name;
    std::string type;
};

struct ObjectTree {
    std::vector<MethodSignature> methods;
    /// Of org.freedesktop.DBus.*, which D-Bus itself has.
    std::vector<MethodSignature> standard_methods;
    std::vector<PropertySignature> properties;
};

/// Every object of org.jts.HotStorage1, from `/` on.
ObjectTree introspect(Caller& caller);

/// An empty array for each array, no name for a service, the default value for anything else.
Fill default_arguments(const std::vector<Argument>& arguments);

}  // namespace jts::hot_storage::test
