#include "bus/gate.hpp"

#include <syslog.h>

#include <memory>
#include <optional>

#include "engine/audit.hpp"

namespace jts::hot_storage::bus {
namespace {

using engine::Authorizer;

/// A flood of calls is not to become a flood of records.
void record_denial(const std::string& method, const std::string& action,
                   const engine::Caller& caller, const Authorizer::Decision& decision) {
    if (decision.verdict == Authorizer::Verdict::too_many) return;
    engine::audit(engine::denied_id, LOG_WARNING,
                  "refused " + method + " to " + caller.unique_name + ": " + decision.reason,
                  {{"JTS_METHOD", method},
                   {"JTS_ACTION", action},
                   {"JTS_CALLER", caller.unique_name},
                   {"JTS_CALLER_UID", std::to_string(decision.uid)},
                   {"JTS_REASON", decision.reason}});
}

/// The same text for every call: what a caller may not do tells nothing about the host.
Error denial(const std::string& action, Authorizer::Verdict verdict) {
    using enum Authorizer::Verdict;
    switch (verdict) {
        case too_many:
            return Error(
                ErrorCode::limits_exceeded,
                "this user calls more than 200 times a second, or has more than 1,000 calls that "
                "polkit has not answered yet; wait a moment and call again");
        case needs_interaction:
            return Error(
                ErrorCode::interactive_required,
                "action " + action +
                    " needs an administrator's password, and the call forbade to ask for one; "
                    "call with interactive authorization allowed, or join group jts-operators");
        case unreachable:
            return Error(ErrorCode::access_denied,
                         "polkit could not be asked about action " + action +
                             ", and without it only root is served; see that polkit runs "
                             "(systemctl status polkit) and call again");
        case unknown_caller:
            return Error(ErrorCode::failed,
                         "the bus did not say whose call this is, so that it was refused; the "
                         "service's journal says why (journalctl -u jts-hot-storage). Call again");
        default:
            return Error(
                ErrorCode::access_denied,
                "polkit did not grant action " + action +
                    "; the service's journal says why (journalctl -u jts-hot-storage). Members of "
                    "group jts-operators need no password for most actions; others need a polkit "
                    "agent that can ask for an administrator's");
    }
}

/// Without a prompt nothing but a plain yes gives names.
Error denial_of_names(const std::string& option, Authorizer::Verdict verdict) {
    if (verdict != Authorizer::Verdict::denied && verdict != Authorizer::Verdict::needs_interaction)
        return denial(probe_action, verdict);
    return Error(ErrorCode::access_denied,
                 "option " + option +
                     " asks for names of what lies below declared directories; they go only to "
                     "callers who hold action " +
                     probe_action +
                     ", which is asked for without a prompt, and polkit did not grant it. Call as "
                     "root or as a member of group jts-operators, or without the option");
}

}  // namespace

void Gate::admit(const std::string& method, const std::string& action, const engine::Caller& caller,
                 const Wishes& wishes, OnGranted granted, OnRefused refused) {
    authorizer_.authorize(caller, action, [=, this](Authorizer::Decision decision) {
        if (decision.verdict != Authorizer::Verdict::granted) {
            record_denial(method, action, caller, decision);
            refused(denial(action, decision.verdict));
            return;
        }
        ask_for_wishes(method, caller, wishes, {{decision.uid, caller.unique_name}, {}}, granted,
                       refused);
    });
}

/// Both at once: each costs a round trip.
void Gate::ask_for_wishes(const std::string& method, const engine::Caller& caller,
                          const Wishes& wishes, const Granted& who, const OnGranted& granted,
                          const OnRefused& refused) {
    struct Asked {
        Granted who;
        int open = 1;
        std::optional<Error> denial;
    };
    const auto asked = std::make_shared<Asked>(Asked{who});
    const auto answered = [asked, granted, refused] {
        if (--asked->open > 0) return;
        if (asked->denial)
            refused(*asked->denial);
        else
            granted(asked->who);
    };
    const engine::Caller silently{caller.unique_name};
    const auto ask = [&](const char* action, bool Wishes::*wish, const char* needed_for) {
        ++asked->open;
        authorizer_.authorize(silently, action, [=](Authorizer::Decision decision) {
            const bool is_granted = decision.verdict == Authorizer::Verdict::granted;
            asked->who.may.*wish = is_granted;
            if (!is_granted && needed_for != nullptr) {
                record_denial(method, action, caller, decision);
                asked->denial = denial_of_names(needed_for, decision.verdict);
            }
            answered();
        });
    };
    if (wishes.names) ask(probe_action, &Wishes::names, wishes.names_for);
    if (wishes.sample) ask(sample_action, &Wishes::sample, nullptr);
    answered();
}

}  // namespace jts::hot_storage::bus
