#include <algorithm>
#include <array>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage {

namespace {

struct Name {
    ErrorCode code;
    std::string_view name;
};

/// The first name of a code is the one that is sent; further ones are what the bus itself,
/// systemd's activation and the client library say for the same thing.
constexpr std::array<Name, 28> names{{
    {ErrorCode::invalid_args, "org.freedesktop.DBus.Error.InvalidArgs"},
    {ErrorCode::access_denied, "org.freedesktop.DBus.Error.AccessDenied"},
    {ErrorCode::interactive_required,
     "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"},
    {ErrorCode::limits_exceeded, "org.freedesktop.DBus.Error.LimitsExceeded"},
    {ErrorCode::not_supported, "org.freedesktop.DBus.Error.NotSupported"},
    {ErrorCode::unknown_service, "org.jts.HotStorage1.Error.UnknownService"},
    {ErrorCode::invalid_layout, "org.jts.HotStorage1.Error.InvalidLayout"},
    {ErrorCode::unsafe_path, "org.jts.HotStorage1.Error.UnsafePath"},
    {ErrorCode::account_conflict, "org.jts.HotStorage1.Error.AccountConflict"},
    {ErrorCode::plan_stale, "org.jts.HotStorage1.Error.PlanStale"},
    {ErrorCode::busy, "org.jts.HotStorage1.Error.Busy"},
    {ErrorCode::no_space, "org.jts.HotStorage1.Error.NoSpace"},
    {ErrorCode::cancelled, "org.jts.HotStorage1.Error.Cancelled"},
    {ErrorCode::still_running, "org.jts.HotStorage1.Error.StillRunning"},
    {ErrorCode::not_found, "org.jts.HotStorage1.Error.NotFound"},
    {ErrorCode::not_found, "org.freedesktop.DBus.Error.UnknownObject"},
    {ErrorCode::not_found, "org.freedesktop.DBus.Error.UnknownInterface"},
    {ErrorCode::rolled_back, "org.jts.HotStorage1.Error.RolledBack"},
    {ErrorCode::partial, "org.jts.HotStorage1.Error.Partial"},
    {ErrorCode::recovery_pending, "org.jts.HotStorage1.Error.RecoveryPending"},
    {ErrorCode::service_unreachable, "org.freedesktop.DBus.Error.ServiceUnknown"},
    {ErrorCode::service_unreachable, "org.freedesktop.DBus.Error.NameHasNoOwner"},
    {ErrorCode::service_unreachable, "org.freedesktop.DBus.Error.Disconnected"},
    {ErrorCode::service_unreachable, "org.freedesktop.DBus.Error.NoServer"},
    {ErrorCode::timed_out, "org.freedesktop.DBus.Error.NoReply"},
    {ErrorCode::timed_out, "org.freedesktop.DBus.Error.Timeout"},
    {ErrorCode::timed_out, "org.freedesktop.DBus.Error.TimedOut"},
    {ErrorCode::failed, "org.jts.HotStorage1.Error.Failed"},
}};

/// dbus-daemon's family of errors for a service that could not be started.
constexpr std::string_view activation_failures = "org.freedesktop.DBus.Error.Spawn.";

}  // namespace

std::string_view bus_error_name(ErrorCode code) noexcept {
    const auto* found =
        std::find_if(names.begin(), names.end(), [&](const Name& n) { return n.code == code; });
    return found != names.end() ? found->name : bus_error_name(ErrorCode::failed);
}

std::optional<ErrorCode> error_code_from_bus_name(std::string_view name) noexcept {
    if (name.starts_with(activation_failures)) return ErrorCode::service_unreachable;
    const auto* found =
        std::find_if(names.begin(), names.end(), [&](const Name& n) { return n.name == name; });
    if (found == names.end()) return std::nullopt;
    return found->code;
}

}  // namespace jts::hot_storage
