// Of an interrupted change only what it began is finished.
#include "engine/resumption.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "unit/journal_records.hpp"

namespace jts::hot_storage::test {
namespace {

using enum ChangeKind;
using engine::RecordedChange;
using engine::resumed;

constexpr ChangeKind all_kinds[] = {create_group, create_user, create_directory, set_owner,
                                    set_mode,     set_acl,     set_owner_below};

Change change(ChangeKind kind, const std::string& subject = "/hot/db",
              const std::string& service = "db") {
    return {kind, service, subject, "", "", 0, {}};
}

/// The kinds that are left to do where one of the kind `begun` was interrupted.
std::set<ChangeKind> left_of(ChangeKind begun) {
    Plan plan;
    for (const ChangeKind kind : all_kinds) plan.changes.push_back({change(kind), {}});
    std::set<ChangeKind> left;
    for (const auto& planned : resumed(plan, {{change(begun), {}}}).changes)
        left.insert(planned.change.kind);
    return left;
}

using Kinds = std::set<ChangeKind>;

TEST(Resumption, ADirectoryThatWasMadeMayLackOwnerModeAclAndWhatLiesBelow) {
    EXPECT_EQ(left_of(create_directory),
              Kinds({create_directory, set_owner, set_mode, set_acl, set_owner_below}));
}

TEST(Resumption, AnOwnerThatWasSetMayLackTheBitsThatWereDroppedForIt) {
    EXPECT_EQ(left_of(set_owner), Kinds({set_owner, set_mode, set_acl}));
}

TEST(Resumption, ModeAndAclMayLackEachOther) {
    EXPECT_EQ(left_of(set_mode), Kinds({set_mode, set_acl}));
    EXPECT_EQ(left_of(set_acl), Kinds({set_mode, set_acl}));
}

TEST(Resumption, AccountsAndWhatLiesBelowLackNothingElse) {
    for (const ChangeKind kind : {create_group, create_user, set_owner_below})
        EXPECT_EQ(left_of(kind), Kinds({kind}));
}

TEST(Resumption, WhatIsAboutAnotherSubjectOrServiceIsLeftOut) {
    Plan plan;
    plan.changes = {{change(set_mode), {}},
                    {change(set_mode, "/hot/db/data"), {}},
                    {change(set_mode, "/hot/db", "other"), {}}};
    const auto left = resumed(plan, {{change(set_mode), {}}});
    ASSERT_EQ(left.changes.size(), 1u);
    EXPECT_EQ(left.changes.front().change, change(set_mode));
}

Plan any_plan() {
    Plan plan;
    plan.unchanged = 3;
    plan.refused = {{"db", "/hot/db/x", "device: a device"}};
    for (int left = *rc::gen::inRange(0, 10); left > 0; --left)
        plan.changes.push_back(
            {change(*rc::gen::elementOf(std::vector(std::begin(all_kinds), std::end(all_kinds))),
                    *rc::gen::element<std::string>("/a", "/b")),
             {}});
    return plan;
}

RC_GTEST_PROP(Resumption, NothingIsAddedAndTheOrderStays, ()) {
    const auto plan = any_plan(), begun = any_plan();
    std::vector<RecordedChange> interrupted;
    for (const auto& planned : begun.changes) interrupted.push_back({planned.change, {}});
    const auto left = resumed(plan, interrupted);
    auto from = plan.changes.begin();
    for (const auto& planned : left.changes) {
        from = std::find(from, plan.changes.end(), planned);
        RC_ASSERT(from != plan.changes.end());
        ++from;
    }
    RC_ASSERT(left.refused == plan.refused);
    RC_ASSERT(resumed(left, interrupted) == left);
}

RC_GTEST_PROP(Resumption, OfAChangeThatDidNothingYetAllIsLeft, ()) {
    const auto plan = any_plan();
    std::vector<RecordedChange> interrupted;
    for (const auto& planned : plan.changes) interrupted.push_back({planned.change, {}});
    RC_ASSERT(resumed(plan, interrupted) == plan);
    RC_ASSERT(resumed(plan, {}).changes.empty());
}

}  // namespace
}  // namespace jts::hot_storage::test
