#include "bus/polkit_authorizer.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <map>

#include "bus/compat.hpp"

namespace jts::hot_storage::bus {
namespace {

using Decision = engine::Authorizer::Decision;
using Verdict = engine::Authorizer::Verdict;
/// polkit's answer: is_authorized, is_challenge, details.
using Answer = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;

constexpr const char* driver_interface = "org.freedesktop.DBus";
constexpr std::uint32_t allow_user_interaction = 1;  // CheckAuthorizationFlags
/// polkitd's own cold start takes under 0.1 s; a hung one must not hold a caller for long.
constexpr std::chrono::seconds silent_timeout{15};
/// Somebody has to find the password.
constexpr std::chrono::minutes prompt_timeout{5};

/// `done` may throw whatever its owner's code throws; nothing may reach sdbus-c++, which would end
/// the process.
void deliver(const std::function<void(Decision)>& done, Decision decision) noexcept try {
    done(std::move(decision));
} catch (const std::exception& error) {
    spdlog::error("a decision could not be acted on: {}", error.what());
} catch (...) {
    spdlog::error("a decision could not be acted on");
}

Decision denied(std::uint32_t uid, std::string reason) {
    return {Verdict::denied, uid, std::move(reason)};
}

Decision not_asked(std::uint32_t uid, std::string reason) {
    return {Verdict::unreachable, uid, std::move(reason)};
}

/// The bus itself may be overloaded, or forbid the question.
Decision without_user(const sdbus::Error& error) {
    if (error.getName() == "org.freedesktop.DBus.Error.NameHasNoOwner")
        return denied(0, "the caller left the bus");
    return {Verdict::unknown_caller, 0,
            "the bus did not say whose the call is: " + error.getMessage()};
}

/// A prompt that somebody leaves open is no failure of polkit's. The error's name is the same as
/// where polkit went away.
Decision without_answer(bool prompt_is_over, std::uint32_t uid, const sdbus::Error& error) {
    if (prompt_is_over) return denied(uid, "nobody gave the password in time");
    return not_asked(uid, "polkit did not answer: " + error.getMessage());
}

Decision refused_by_polkit(const engine::Caller& caller, std::uint32_t uid, bool challenge) {
    if (!challenge) return denied(uid, "polkit says no");
    if (caller.may_prompt) {
        return denied(uid, "authentication was needed and not given, or no agent asked for it");
    }
    return {Verdict::needs_interaction, uid,
            "polkit asks for authentication, and the call does not allow a prompt"};
}

}  // namespace

PolkitAuthorizer::PolkitAuthorizer(sdbus::IConnection& connection)
    : bus_driver_(sdbus::createProxy(connection, compat::ServiceName("org.freedesktop.DBus"),
                                     compat::ObjectPath("/org/freedesktop/DBus"))),
      authority_(sdbus::createProxy(connection, compat::ServiceName("org.freedesktop.PolicyKit1"),
                                    compat::ObjectPath("/org/freedesktop/PolicyKit1/Authority"))) {
    compat::finish_registration(*bus_driver_);
    compat::finish_registration(*authority_);
}

void PolkitAuthorizer::authorize(const engine::Caller& caller, const std::string& action,
                                 std::function<void(Decision)> done) {
    if (const auto uid = users_.find(caller.unique_name))
        return authorize_user(caller, action, *uid, done);
    bus_driver_->callMethodAsync("GetConnectionUnixUser")
        .onInterface(driver_interface)
        .withArguments(caller.unique_name)
        .uponReplyInvoke([=, this](compat::ReplyError error, std::uint32_t uid) {
            if (error) return deliver(done, without_user(*error));
            users_.learn(caller.unique_name, uid);
            authorize_user(caller, action, uid, done);
        });
}

void PolkitAuthorizer::authorize_user(const engine::Caller& caller, const std::string& action,
                                      std::uint32_t uid, const Done& done) {
    if (uid == 0) return deliver(done, {Verdict::granted, 0, "uid 0"});
    if (caller.is_call && !rate_.take(uid, std::chrono::steady_clock::now()))
        return deliver(done, {Verdict::too_many, uid, "this user calls too often"});
    take_turn(caller, action, uid, done);
}

/// One user's questions that polkit leaves open, prompts above all, must not use up the calls that
/// the bus lets the daemon have open: everybody else would be refused.
void PolkitAuthorizer::take_turn(const engine::Caller& caller, const std::string& action,
                                 std::uint32_t uid, const Done& done) {
    const auto ask = [=, this] {
        try {
            ask_polkit(caller, action, uid, done);
            return true;
        } catch (const std::exception& failure) {
            deliver(done, not_asked(uid, std::string("polkit cannot be asked: ") + failure.what()));
            return false;
        }
    };
    if (!questions_.ask(uid, ask))
        deliver(done, {Verdict::too_many, uid, "polkit owes this user too many answers"});
}

void PolkitAuthorizer::ask_polkit(const engine::Caller& caller, const std::string& action,
                                  std::uint32_t uid, Done done) {
    const sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>> subject{
        "system-bus-name", {{"name", sdbus::Variant(caller.unique_name)}}};
    const std::chrono::microseconds timeout = caller.may_prompt
                                                  ? std::chrono::microseconds(prompt_timeout)
                                                  : std::chrono::microseconds(silent_timeout);
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    authority_->callMethodAsync("CheckAuthorization")
        .onInterface("org.freedesktop.PolicyKit1.Authority")
        .withTimeout(timeout)
        .withArguments(subject, action, std::map<std::string, std::string>{},
                       caller.may_prompt ? allow_user_interaction : std::uint32_t{0}, std::string())
        .uponReplyInvoke([=, this](compat::ReplyError error, const Answer& answer) {
            questions_.answered(uid);
            if (error) {
                const bool is_late = std::chrono::steady_clock::now() >= deadline;
                return deliver(done, without_answer(caller.may_prompt && is_late, uid, *error));
            }
            if (!std::get<0>(answer)) {
                return deliver(done, refused_by_polkit(caller, uid, std::get<1>(answer)));
            }
            try {
                confirm_presence(caller, uid, done);
            } catch (const std::exception& failure) {
                deliver(done, denied(uid, failure.what()));
            }
        });
}

void PolkitAuthorizer::confirm_presence(const engine::Caller& caller, std::uint32_t uid,
                                        Done done) {
    bus_driver_->callMethodAsync("NameHasOwner")
        .onInterface(driver_interface)
        .withArguments(caller.unique_name)
        .uponReplyInvoke([=](compat::ReplyError error, bool present) {
            if (error) return deliver(done, without_user(*error));
            if (!present)
                return deliver(done, denied(uid, "the caller left before it was authorised"));
            deliver(done, {Verdict::granted, uid, "polkit"});
        });
}

}  // namespace jts::hot_storage::bus
