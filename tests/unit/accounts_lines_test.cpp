// Which ids new accounts get, and what systemd-sysusers is told.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "accounts/new_accounts.hpp"

namespace jts::hot_storage::accounts {
namespace {

using Kind = NewAccount::Kind;

PlannedChange group_change(const std::string& name, std::optional<std::uint32_t> id = {}) {
    PlannedChange planned;
    planned.change.kind = ChangeKind::create_group;
    planned.change.subject = name;
    planned.group = name;
    planned.pinned_id = id;
    return planned;
}

PlannedChange user_change(const std::string& name, std::optional<std::uint32_t> id = {}) {
    auto planned = group_change(name, id);
    planned.change.kind = ChangeKind::create_user;
    planned.owner = name;
    planned.home = "/data/jts/hot/" + name;
    return planned;
}

Plan plan_of(std::vector<PlannedChange> changes) {
    Plan plan;
    plan.changes = std::move(changes);
    return plan;
}

DirectoryObservation owned_by(std::uint32_t uid, std::uint32_t gid) {
    DirectoryObservation directory;
    directory.entry.type = EntryState::Type::directory;
    directory.entry.uid = uid;
    directory.entry.gid = gid;
    return directory;
}

ErrorCode code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::failed;
}

TEST(NewAccounts, AUserAndItsGroupShareTheHighestFreeId) {
    const auto chosen = choose_accounts(plan_of({group_change("redis"), user_change("redis")}), {});
    ASSERT_EQ(chosen.size(), 2u);
    EXPECT_EQ(chosen[0].id, 999u);
    EXPECT_EQ(chosen[1].id, 999u);
    EXPECT_FALSE(chosen[0].pinned);
}

TEST(NewAccounts, APinnedIdIsTakenAsItIsEvenAboveTwoToTheThirtyFirst_T18) {
    const auto chosen = choose_accounts(plan_of({user_change("redis", 4'000'000'000)}), {});
    EXPECT_EQ(chosen.at(0).id, 4'000'000'000);
    EXPECT_EQ(sysusers_lines(chosen),
              "u redis 4000000000:redis - \"/data/jts/hot/redis\" /bin/false\n");
}

TEST(NewAccounts, AGroupFollowsThePinOfItsUser) {
    const auto chosen =
        choose_accounts(plan_of({group_change("redis"), user_change("redis", 300)}), {});
    EXPECT_EQ(chosen.at(0).id, 300u);
}

TEST(NewAccounts, NoNewAccountGetsAnIdThatOwnsAnyDeclaredDirectory) {
    Observation observation;
    observation.directories[{"redis", ""}] = owned_by(999, 998);
    observation.base_path.push_back({"/data", owned_by(0, 997).entry});
    const auto chosen = choose_accounts(plan_of({group_change("docker")}), observation);
    EXPECT_EQ(chosen.at(0).id, 996u);
}

TEST(NewAccounts, NoNewAccountGetsAnIdThatAnotherAccountOfTheRunIsPinnedTo) {
    const auto chosen =
        choose_accounts(plan_of({group_change("docker"), group_change("redis", 999)}), {});
    EXPECT_EQ(chosen.at(0).id, 998u);
}

TEST(NewAccounts, APinThatSomebodyElseHasIsAConflict) {
    Observation observation;
    observation.accounts.users.push_back({.name = "mallory", .uid = 300, .gid = 300});
    const auto plan = plan_of({user_change("redis", 300)});
    EXPECT_EQ(code_of([&] { choose_accounts(plan, observation); }), ErrorCode::account_conflict);
}

TEST(NewAccounts, TwoAccountsPinnedToOneIdAreAConflict) {
    const auto plan = plan_of({user_change("kafka", 300), user_change("redis", 300)});
    EXPECT_EQ(code_of([&] { choose_accounts(plan, {}); }), ErrorCode::account_conflict);
}

TEST(NewAccounts, RootsIdIsNeverGivenAway_T29) {
    const auto plan = plan_of({user_change("redis", 0)});
    EXPECT_EQ(code_of([&] { choose_accounts(plan, {}); }), ErrorCode::account_conflict);
}

TEST(NewAccounts, AFullRangeIsAnErrorAndNotAnIdFromElsewhere) {
    Observation observation;
    for (std::uint32_t id = 100; id < 1000; ++id)
        observation.accounts.groups.push_back({.name = "g" + std::to_string(id), .gid = id});
    const auto plan = plan_of({user_change("redis")});
    EXPECT_EQ(code_of([&] { choose_accounts(plan, observation); }), ErrorCode::failed);
}

TEST(NewAccounts, ChangesToTheTreeAreNotAccounts) {
    PlannedChange directory;
    directory.change.kind = ChangeKind::create_directory;
    EXPECT_TRUE(choose_accounts(plan_of({directory}), {}).empty());
}

RC_GTEST_PROP(NewAccounts, EveryChosenIdIsNobodysAndOwnsNothing,
              (const std::vector<std::uint16_t>& assigned,
               const std::vector<std::uint16_t>& owning)) {
    Observation observation;
    std::set<std::uint32_t> used;
    const auto near = [](std::uint16_t value) { return 980u + value % 25u; };
    for (const auto value : assigned) {
        observation.accounts.users.push_back({.name = "u", .uid = near(value), .gid = near(value)});
        used.insert(near(value));
    }
    for (std::size_t i = 0; i < owning.size(); ++i) {
        observation.directories[{"s" + std::to_string(i), ""}] = owned_by(0, near(owning[i]));
        used.insert(near(owning[i]));
    }
    for (const auto& account : choose_accounts(
             plan_of({group_change("docker"), group_change("redis"), user_change("redis")}),
             observation)) {
        RC_ASSERT(!used.contains(account.id));
        RC_ASSERT(account.id >= 100u && account.id <= 999u);
    }
}

TEST(SysusersLines, AGroupIsANameAndAnId) {
    EXPECT_EQ(sysusers_lines({{.kind = Kind::group, .name = "docker", .id = 990}}),
              "g docker 990\n");
}

TEST(SysusersLines, SpecialCharactersOfAHomeAreQuoted) {
    EXPECT_EQ(sysusers_lines({{.kind = Kind::user,
                               .name = "redis",
                               .id = 990,
                               .group = "redis",
                               .home = "/a b/50%/\"c\"\\d"}}),
              "u redis 990:redis - \"/a b/50%%/\\\"c\\\"\\\\d\" /bin/false\n");
}

class ForbiddenText : public testing::TestWithParam<NewAccount> {};

TEST_P(ForbiddenText, IsRefusedBeforeItBecomesALine_T20) {
    EXPECT_EQ(code_of([&] { sysusers_lines({GetParam()}); }), ErrorCode::failed);
}

INSTANTIATE_TEST_SUITE_P(
    SysusersLines, ForbiddenText,
    testing::Values(
        NewAccount{.kind = Kind::group, .name = "", .id = 5},
        NewAccount{.kind = Kind::group, .name = "a b", .id = 5},
        NewAccount{.kind = Kind::group, .name = "a\nu evil 0", .id = 5},
        NewAccount{.kind = Kind::group, .name = "-", .id = 5},
        NewAccount{.kind = Kind::group, .name = std::string(32, 'a'), .id = 5},
        NewAccount{.kind = Kind::user, .name = "a", .id = 5, .group = "b:c", .home = "/a"},
        NewAccount{.kind = Kind::user, .name = "a", .id = 5, .group = "a", .home = "/a:b"},
        NewAccount{.kind = Kind::user, .name = "a", .id = 5, .group = "a", .home = "/a\nu b 0"}));

}  // namespace
}  // namespace jts::hot_storage::accounts
