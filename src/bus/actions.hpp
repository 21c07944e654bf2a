/// The one table from method to polkit action. A method that the XML gains and this switch lacks
/// does not compile (-Werror=switch).
#pragma once

#include <string_view>

#include "dbus/hot_storage_methods.hpp"

namespace jts::hot_storage::bus {

inline constexpr const char* read_action = "org.jts.hotstorage1.read";
inline constexpr const char* probe_action = "org.jts.hotstorage1.probe";
inline constexpr const char* provision_action = "org.jts.hotstorage1.provision";

constexpr const char* action_of(Method method) {
    switch (method) {
        case Method::GetLayout:
        case Method::Plan:
            return read_action;
        case Method::Provision:
            return provision_action;
    }
    return nullptr;
}

/// Whether the method's answer may hold names of entries below declared directories, which only
/// holders of `probe_action` see.
constexpr bool carries_names(Method method) {
    switch (method) {
        case Method::GetLayout:
            return false;
        case Method::Plan:
        case Method::Provision:
            return true;
    }
    return true;
}

}  // namespace jts::hot_storage::bus
