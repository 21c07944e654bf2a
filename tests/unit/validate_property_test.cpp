// Validate and Provision cannot disagree, whatever the layout and the host.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "unit/any_hosts.hpp"
#include "unit/validate_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

ValidatedHost host_of(const Case& any) {
    ValidatedHost host;
    host.layout = any.layout;
    host.observation = any.host;
    return host;
}

/// Any case, and sometimes a way to the base that blocks everything, or an account that does.
ValidatedHost any_validated_host() {
    auto host = host_of(any_case());
    auto& seen = host.observation;
    if (chance(10)) seen.base_path.front().entry = directory(1000, 0, 0755);
    if (chance(10)) seen.base_path.back().entry.type = EntryState::Type::symlink;
    if (chance(10)) host.layout.expected_mount = host.layout.base;
    if (chance(10)) seen.read_only = true;
    if (chance(10)) seen.base_path.back().entry.immutable = true;
    for (auto& user : seen.accounts.users) {
        if (user.uid != 0 && chance(10)) user.password = User::Password::usable;
    }
    return host;
}

/// The check that a change is a finding of.
std::string check_of(const Change& change) {
    switch (change.kind) {
        case ChangeKind::create_group:
            return "group.exists";
        case ChangeKind::create_user:
            return change.current == "absent" ? "user.exists" : "user.account";
        case ChangeKind::create_directory:
            return "directory.exists";
        case ChangeKind::set_owner:
            return "directory.owner";
        case ChangeKind::set_mode:
            return "directory.mode";
        case ChangeKind::set_acl:
            return "directory.acl";
        case ChangeKind::set_owner_below:
            return "below.owner";
    }
    return "";
}

bool fails(const ValidationReport& report, const std::string& check, const std::string& service,
           const std::string& subject) {
    return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
        return finding.result == CheckResult::fail && finding.service == service &&
               finding.subject == subject && (check.empty() || finding.check == check);
    });
}

bool is_example(const ValidationReport& report, const Refusal& refusal) {
    return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
        return finding.result == CheckResult::fail && finding.service == refusal.service &&
               std::count(finding.examples.begin(), finding.examples.end(), refusal.subject) > 0;
    });
}

RC_GTEST_PROP(ValidateProperty, FailsForWhateverThePlanWouldChange, ()) {
    const auto host = any_validated_host();
    const auto report = host.validated();
    for (const auto& planned : host.plan().changes) {
        const auto& change = planned.change;
        RC_ASSERT(fails(report, check_of(change), change.service, change.subject));
    }
}

RC_GTEST_PROP(ValidateProperty, T03FailsForWhateverThePlanRefuses, ()) {
    const auto host = any_validated_host();
    const auto report = host.validated();
    const auto plan = host.plan();
    for (const auto& refusal : plan.refused_public) {
        RC_ASSERT(fails(report, "", refusal.service, refusal.subject));
    }
    for (const auto& refusal : plan.refused) {
        RC_ASSERT(
            (fails(report, "", refusal.service, refusal.subject) || is_example(report, refusal)));
    }
}

RC_GTEST_PROP(ValidateProperty, FailsWithTheFirstWordsOfEveryBlocker, ()) {
    const auto host = any_validated_host();
    const auto report = host.validated();
    for (const auto& blocker : host.plan().blockers) {
        const auto tells = [&](const Finding& finding) {
            return finding.result == CheckResult::fail &&
                   blocker.message == finding.message + "; " + finding.fix;
        };
        RC_ASSERT(std::any_of(report.findings.begin(), report.findings.end(), tells));
    }
}

/// A failure is a change, a refusal or a blocker: nothing fails that Provision finds right.
RC_GTEST_PROP(ValidateProperty, FailsForNothingElse, ()) {
    const auto host = any_validated_host();
    const auto plan = host.plan();
    const auto report = host.validated();
    if (plan.changes.empty() && plan.refused.empty() && plan.blockers.empty()) {
        RC_ASSERT(report.ok());
    }
    for (const auto& finding : report.findings) {
        if (finding.result != CheckResult::fail) continue;
        const auto changes = [&](const PlannedChange& planned) {
            return planned.change.subject == finding.subject &&
                   check_of(planned.change) == finding.check;
        };
        const auto refuses = [&](const Refusal& refusal) {
            return refusal.subject == finding.subject;
        };
        const auto blocks = [&](const Blocker& blocker) {
            return blocker.message == finding.message + "; " + finding.fix;
        };
        RC_ASSERT((std::any_of(plan.changes.begin(), plan.changes.end(), changes) ||
                   std::any_of(plan.refused_public.begin(), plan.refused_public.end(), refuses) ||
                   std::any_of(plan.blockers.begin(), plan.blockers.end(), blocks)));
    }
}

RC_GTEST_PROP(ValidateProperty, NothingFailsOnceThePlanWasApplied, ()) {
    auto host = host_of(any_case_where([](const Case& any) {
        const auto plan = host_of(any).plan();
        return plan.blockers.empty() && plan.refused.empty();
    }));
    const auto plan = host.plan();
    host.observation = simulate(host.observation, plan);
    RC_ASSERT(host.validated().ok());
}

RC_GTEST_PROP(ValidateProperty, NoCheckComesOutTwiceForOneSubjectAsPassAndFail, ()) {
    const auto report = any_validated_host().validated();
    std::set<std::array<std::string, 3>> passed;
    for (const auto& finding : report.findings) {
        if (finding.result == CheckResult::pass) {
            passed.insert({finding.check, finding.service, finding.subject});
        }
    }
    for (const auto& finding : report.findings) {
        if (finding.result == CheckResult::pass) continue;
        RC_ASSERT(!passed.contains({finding.check, finding.service, finding.subject}));
    }
}

RC_GTEST_PROP(ValidateProperty, EveryFindingHasAKnownCheckAndASentence, ()) {
    const auto ids = check_ids();
    for (const auto& finding : any_validated_host().validated().findings) {
        RC_ASSERT(std::count(ids.begin(), ids.end(), finding.check) == 1);
        RC_ASSERT(!finding.message.empty());
        RC_ASSERT((finding.result != CheckResult::fail || !finding.fix.empty()));
    }
}

RC_GTEST_PROP(ValidateProperty, WithoutNamesTellsNothingFromInsideTheTree, ()) {
    auto host = any_validated_host();
    for (const auto& service : host.layout.services) {
        host.inspection.unreadable[{service.name, ""}] = "/data/hot/x: Permission denied";
        host.inspection.links_out[{service.name, "data"}] = {1, {"/data/hot/x"}};
    }
    host.inspection.unmanaged = {1, {"/data/hot/x"}};
    host.inspection.records.pending = "cannot set owner of /data/hot/x: No space left on device";
    for (const auto& finding : without_names(host.validated()).findings) {
        RC_ASSERT(finding.examples.empty());
        for (const auto& text : {finding.subject, finding.actual, finding.message, finding.fix}) {
            RC_ASSERT(text.find("/data/hot/x") == std::string::npos);
        }
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
