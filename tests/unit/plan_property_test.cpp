// What holds for every layout and every host.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "unit/any_hosts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

/// Hosts whose plan may be applied.
Case any_unblocked_case() {
    return any_case_where(
        [](const Case& any) { return make_plan(any.layout, any.host, {}).blockers.empty(); });
}

RC_GTEST_PROP(PlanProperty, IsDeterministic, ()) {
    const auto [layout, host] = any_case();
    const auto plan = make_plan(layout, host, {});
    RC_ASSERT(make_plan(layout, host, {}) == plan);
    RC_ASSERT(canonical_form("x", make_plan(layout, host, {})) == canonical_form("x", plan));
}

RC_GTEST_PROP(PlanProperty, IsEmptyOnceItWasApplied, ()) {
    const auto [layout, host] = any_unblocked_case();
    const auto plan = make_plan(layout, host, {});
    const auto again = make_plan(layout, simulate(host, plan), {});
    RC_ASSERT(lines_of(again) == std::vector<std::string>());
    RC_ASSERT(again.blockers.empty());
    RC_ASSERT(lines_of(again.refused) == lines_of(plan.refused));
    RC_ASSERT(again.unchanged >= plan.unchanged);
}

RC_GTEST_PROP(PlanProperty, ListsChangesInTheOrderOfTheirPhases, ()) {
    const auto [layout, host] = any_case();
    const auto phase = [](const PlannedChange& planned) {
        switch (planned.change.kind) {
            case ChangeKind::create_group:
                return 0;
            case ChangeKind::create_user:
                return 1;
            case ChangeKind::set_owner_below:
                return 3;
            default:
                return 2;
        }
    };
    const auto plan = make_plan(layout, host, {});
    RC_ASSERT(std::is_sorted(plan.changes.begin(), plan.changes.end(),
                             [&](const auto& a, const auto& b) { return phase(a) < phase(b); }));
}

RC_GTEST_PROP(PlanProperty, PinsNoIdThatIsTakenAndNoneTwice, ()) {
    const auto [layout, host] = any_case();
    std::set<std::pair<ChangeKind, std::uint32_t>> pinned;
    for (const auto& planned : make_plan(layout, host, {}).changes) {
        if (!planned.pinned_id || planned.change.current != "absent") continue;
        const auto id = *planned.pinned_id;
        const bool is_user = planned.change.kind == ChangeKind::create_user;
        RC_ASSERT(id > 0U);
        RC_ASSERT(id < 1000U);
        RC_ASSERT((is_user ? !host.accounts.user(id) : !host.accounts.group(id)));
        RC_ASSERT(pinned.insert({planned.change.kind, id}).second);
    }
}

/// T07: with an ACL to come, a chmod before it never adds a bit.
RC_GTEST_PROP(PlanProperty, T07AddsNothingBeforeAnAclIsSet, ()) {
    const auto [layout, host] = any_case();
    const auto plan = make_plan(layout, host, {});
    std::set<DirectoryKey> with_acl;
    for (const auto& planned : plan.changes) {
        if (planned.change.kind == ChangeKind::set_acl) with_acl.insert(planned.target);
    }
    for (const auto& planned : plan.changes) {
        const auto kind = planned.change.kind;
        if (kind != ChangeKind::set_mode && kind != ChangeKind::set_owner) continue;
        if (!with_acl.contains(planned.target)) continue;
        RC_ASSERT((planned.mode & ~planned.prior.mode) == 0U);
    }
}

/// `at-most` gives nobody back what the service took away; only a named line may move the mask.
RC_GTEST_PROP(PlanProperty, AtMostNeverWidens, ()) {
    const auto [layout, host] = any_unblocked_case();
    const auto after = simulate(host, make_plan(layout, host, {}));
    for (const auto& service : layout.services) {
        for (const auto& dir : service.directories) {
            const auto before = entry_of(host, {service.name, dir.name});
            if (dir.policy != Policy::at_most || !dir.acl.empty()) continue;
            if (before.type != EntryState::Type::directory || before.immutable) continue;
            const auto mode = entry_of(after, {service.name, dir.name}).mode;
            RC_ASSERT((mode & ~before.mode) == 0U);
            RC_ASSERT((mode & ~dir.mode) == 0U);
        }
    }
}

RC_GTEST_PROP(PlanProperty, NamesNothingBelowDeclaredDirectoriesToThePublic, ()) {
    const auto [layout, host] = any_case();
    for (const auto& refusal : make_plan(layout, host, {}).refused_public) {
        RC_ASSERT(refusal.subject != "/data/hot/x");
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
