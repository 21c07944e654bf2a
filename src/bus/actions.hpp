/// The one table from method to polkit action. A method that the XML gains and this switch lacks
/// does not compile (-Werror=switch).
#pragma once

#include <string_view>

#include "dbus/hot_storage_job_methods.hpp"
#include "dbus/hot_storage_methods.hpp"

namespace jts::hot_storage::bus {

inline constexpr const char* read_action = "org.jts.hotstorage1.read";
inline constexpr const char* probe_action = "org.jts.hotstorage1.probe";
inline constexpr const char* sample_action = "org.jts.hotstorage1.sample";
inline constexpr const char* cancel_others_action = "org.jts.hotstorage1.cancel-others";
inline constexpr const char* provision_action = "org.jts.hotstorage1.provision";
inline constexpr const char* rollback_action = "org.jts.hotstorage1.rollback";

constexpr const char* action_of(Method method) {
    switch (method) {
        case Method::GetLayout:
        case Method::Plan:
        case Method::Validate:
        case Method::GetUsage:
        case Method::GetHistory:
        case Method::ListChanges:
            return read_action;
        case Method::Sample:
            return sample_action;
        case Method::Provision:
            return provision_action;
        case Method::Rollback:
            return rollback_action;
    }
    return nullptr;
}

/// For a job's owner; anybody else needs `cancel_others_action`, too.
constexpr const char* action_of(JobMethod method) {
    switch (method) {
        case JobMethod::Wait:
        case JobMethod::Cancel:
            return read_action;
    }
    return nullptr;
}

}  // namespace jts::hot_storage::bus
