#include "bus/manager.hpp"

#include <spdlog/spdlog.h>
#include <syslog.h>

#include "bus/caller.hpp"
#include "bus/compat.hpp"
#include "engine/audit.hpp"

namespace jts::hot_storage::bus {
namespace {

using engine::Authorizer;

void record_denial(Method method, const engine::Caller& caller,
                   const Authorizer::Decision& decision) {
    engine::audit(engine::denied_id, LOG_WARNING,
                  std::string("refused ") + to_string(method) + " to " + caller.unique_name + ": " +
                      decision.reason,
                  {{"JTS_METHOD", to_string(method)},
                   {"JTS_ACTION", action_of(method)},
                   {"JTS_CALLER", caller.unique_name},
                   {"JTS_CALLER_UID", std::to_string(decision.uid)},
                   {"JTS_REASON", decision.reason}});
}

/// The same text for every call: what a caller may not do tells nothing about the host.
Error denial(Method method, Authorizer::Verdict verdict) {
    const std::string action = action_of(method);
    if (verdict == Authorizer::Verdict::needs_interaction) {
        return Error(
            ErrorCode::interactive_required,
            "action " + action +
                " needs an administrator's password, and the call forbade to ask for one; "
                "call with interactive authorization allowed, or join group jts-operators");
    }
    return Error(ErrorCode::access_denied,
                 "polkit did not grant action " + action +
                     "; the service's journal says why (journalctl -u jts-hot-storage)");
}

}  // namespace

Manager::Manager(sdbus::IConnection& connection, engine::Storage& storage, Authorizer& authorizer,
                 engine::Executor& executor)
    : AdaptorInterfaces(connection, compat::ObjectPath(root_path)),
      storage_(storage),
      authorizer_(authorizer),
      executor_(executor) {
    storage_.on_state_changed([this](const engine::State& state) { emit_state(state); });
    storage_.on_change_ended(
        [this](const auto& report, const auto& requester, const auto& outcome) {
            emit_change(report, requester, outcome);
        });
    registerAdaptor();
}

Manager::~Manager() {
    unregisterAdaptor();
}

void Manager::authorize(Method method, const engine::Caller& caller, GrantedHandler granted,
                        std::function<void(const Error&)> refused) {
    authorizer_.authorize(caller, action_of(method), [=, this](Authorizer::Decision decision) {
        if (decision.verdict != Authorizer::Verdict::granted) {
            record_denial(method, caller, decision);
            refused(denial(method, decision.verdict));
            return;
        }
        Granted who{{decision.uid, caller.unique_name}, false};
        if (!carries_names(method)) return granted(who);
        const engine::Caller silently{caller.unique_name, false};
        authorizer_.authorize(silently, probe_action, [=](Authorizer::Decision names) mutable {
            who.may_see_names = names.verdict == Authorizer::Verdict::granted;
            granted(who);
        });
    });
}

template <typename Parse, typename... Out>
void Manager::serve(Method method, sdbus::Result<Out...>&& result, engine::Lane& lane,
                    Parse parse) {
    auto reply = std::make_shared<Reply<Out...>>(std::move(result));
    try {
        const auto work = parse();
        const auto caller = current_caller(getObject());
        authorize(
            method, caller,
            [reply, work, &lane](const Granted& who) {
                const auto run = [reply, work, who](std::stop_token stop) {
                    try {
                        work(*reply, who, stop);
                    } catch (...) {
                        reply->fail_with_current_exception();
                    }
                };
                try {
                    lane.submit(who.requester.uid, run);
                } catch (...) {
                    reply->fail_with_current_exception();
                }
            },
            [reply](const Error& error) { reply->fail(error); });
    } catch (...) {
        reply->fail_with_current_exception();
    }
}

void Manager::GetLayout(sdbus::Result<std::string>&& result, Dict options) {
    serve(Method::GetLayout, std::move(result), executor_.reads, [&, this] {
        Options(std::move(options)).finish();
        return [this](auto& reply, const Granted&, std::stop_token) {
            reply.succeed(storage_.layout_document());
        };
    });
}

void Manager::Plan(sdbus::Result<std::string, std::vector<Dict>>&& result,
                   std::vector<std::string> services, Dict options) {
    serve(Method::Plan, std::move(result), executor_.reads, [&, this] {
        Options(std::move(options)).finish();
        return [this, names = check_services(std::move(services))](auto& reply, const Granted& who,
                                                                   std::stop_token stop) {
            const auto viewed = storage_.plan(names, stop);
            const auto& report = who.may_see_names ? viewed.full : viewed.without_names;
            reply.succeed(report.digest, to_dicts(report.changes));
        };
    });
}

void Manager::Provision(sdbus::Result<Dict>&& result, std::vector<std::string> services,
                        Dict options) {
    serve(Method::Provision, std::move(result), executor_.changes, [&, this] {
        Options given(std::move(options));
        const auto digest = given.take_string("plan_digest");
        given.finish();
        if (digest) check_digest(*digest);
        return [this, digest, names = check_services(std::move(services))](
                   auto& reply, const Granted& who, std::stop_token stop) {
            const auto viewed = storage_.provision(names, digest, who.requester, stop);
            reply.succeed(to_dict(who.may_see_names ? viewed.full : viewed.without_names));
        };
    });
}

std::string Manager::Version() {
    return JTS_VERSION;
}
std::string Manager::BasePath() {
    return storage_.state().base_path;
}
std::string Manager::LayoutDigest() {
    return storage_.state().layout_digest;
}
std::string Manager::Health() {
    return storage_.state().health;
}

void Manager::emit_state(const engine::State&) try {
    // sd-bus reads the new values through the getters.
    getObject().emitPropertiesChangedSignal(
        INTERFACE_NAME, {compat::PropertyName("BasePath"), compat::PropertyName("LayoutDigest"),
                         compat::PropertyName("Health")});
} catch (const std::exception& error) {
    spdlog::error("cannot signal changed properties: {}", error.what());
}

void Manager::emit_change(const ProvisionReport& report, const engine::Requester& requester,
                          const std::string& outcome) try {
    emitChangeApplied(
        report.change_id,
        {{"operation", sdbus::Variant(std::string("provision"))},
         {"applied", sdbus::Variant(report.applied)},
         {"refused", sdbus::Variant(static_cast<std::uint32_t>(report.refused.size()))},
         {"caller_uid", sdbus::Variant(requester.uid)},
         {"outcome", sdbus::Variant(outcome)}});
} catch (const std::exception& error) {
    spdlog::error("cannot signal the end of change {}: {}", report.change_id, error.what());
}

}  // namespace jts::hot_storage::bus
