#include "client/call_error.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace jts::hot_storage::client {

namespace {

constexpr std::string_view DBusPrefix = "org.freedesktop.DBus.Error.";
constexpr std::string_view AskSystemd = "`systemctl status jts-hot-storage.service` tells more";
constexpr std::string_view AskForChanges = "`jts-storage changes` shows what became of it";
constexpr std::string_view NextStartFinishes =
    "the next start of the service finishes the change, and `jts-storage changes` then shows how";

template <std::size_t N>
bool is_dbus_error(std::string_view name, const std::array<std::string_view, N>& short_names) {
    if (!name.starts_with(DBusPrefix)) return false;
    name.remove_prefix(DBusPrefix.size());
    return std::find(short_names.begin(), short_names.end(), name) != short_names.end();
}

/// The call never reached the service. `TimedOut` is its activation's time limit, not the call's.
bool never_reached(std::string_view name) {
    static constexpr std::array<std::string_view, 4> Names = {"ServiceUnknown", "NameHasNoOwner",
                                                              "NoServer", "TimedOut"};
    return is_dbus_error(name, Names) || name.starts_with("org.freedesktop.DBus.Error.Spawn.") ||
           name.starts_with("org.freedesktop.systemd1.");
}

bool went_away(std::string_view name) {
    static constexpr std::array<std::string_view, 2> Names = {"NoReply", "Disconnected"};
    return is_dbus_error(name, Names) || name == "System.Error.EPIPE" ||
           name == "System.Error.ENOTCONN";
}

bool not_understood(std::string_view name) {
    static constexpr std::array<std::string_view, 4> Names = {"UnknownMethod", "UnknownInterface",
                                                              "UnknownObject", "UnknownProperty"};
    return is_dbus_error(name, Names);
}

std::string with_reason(std::string sentence, const BusError& error) {
    return sentence + ": " + (error.message.empty() ? error.name : error.message);
}

std::string sentence(std::string what, std::string_view advice) {
    return what.append("; ").append(advice);
}

Error unreachable(const BusError& error, Effect effect) {
    const bool may_have_changed = effect == Effect::changes && went_away(error.name);
    const std::string what = went_away(error.name)
                                 ? "the service org.jts.HotStorage1 went away before it answered"
                                 : "the service org.jts.HotStorage1 cannot be reached";
    return Error(
        ErrorCode::service_unreachable,
        sentence(with_reason(what, error), may_have_changed ? NextStartFinishes : AskSystemd));
}

Error timed_out(Effect effect) {
    const std::string what = "the service did not answer within the time allowed";
    if (effect == Effect::reads) return Error(ErrorCode::timed_out, what);
    return Error(ErrorCode::timed_out,
                 sentence(what + ", and goes on with the change", AskForChanges));
}

Error failed(const BusError& error) {
    if (error.message.empty())
        return Error(ErrorCode::failed,
                     "the service failed and did not say why (" + error.name + ")");
    return Error(ErrorCode::failed, error.message + " (" + error.name + ")");
}

}  // namespace

Error translate(const BusError& error, Effect effect) {
    static constexpr std::array<std::string_view, 1> Timeout = {"Timeout"};
    if (is_dbus_error(error.name, Timeout)) return timed_out(effect);
    if (never_reached(error.name) || went_away(error.name)) return unreachable(error, effect);
    if (not_understood(error.name))
        return Error(ErrorCode::failed,
                     with_reason("the running service does not know this call, and may be older "
                                 "than this client",
                                 error));
    const auto code = error_code_from_bus_name(error.name);
    if (!code || error.message.empty()) return failed(error);
    return Error(*code, error.message);
}

Error translate_of_job(const BusError& error, Effect effect, const std::string& id) {
    static constexpr std::array<std::string_view, 2> Absent = {"UnknownObject", "UnknownInterface"};
    if (is_dbus_error(error.name, Absent))
        return Error(ErrorCode::not_found,
                     "there is no job " + id + "; it ended more than 10 minutes ago, or never was");
    return translate(error, effect);
}

bool was_interrupted(const BusError& error) {
    return error.name == "System.Error.EINTR";
}

Error too_late_for_job(const std::string& id) {
    return Error(ErrorCode::timed_out,
                 "the service did not answer within the time allowed, and goes on with job " + id +
                     "; `jts-storage job wait " + id + "` waits for its end");
}

Error no_bus(const BusError& error, const std::string& host) {
    if (!host.empty())
        return Error(ErrorCode::service_unreachable,
                     sentence(with_reason("cannot reach the system bus of " + host, error),
                              "does `ssh " + host + " systemd-stdio-bridge` work?"));
    return Error(ErrorCode::service_unreachable,
                 sentence(with_reason("cannot connect to the system bus", error),
                          "is dbus running, and DBUS_SYSTEM_BUS_ADDRESS unset or right?"));
}

}  // namespace jts::hot_storage::client
