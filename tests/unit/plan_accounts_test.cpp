// Accounts: what is created with which id, what is adopted, what is in conflict.
#include <gmock/gmock.h>

#include "support/layouts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

User& user_of(Observation& host, const std::string& name) {
    for (auto& user : host.accounts.users) {
        if (user.name == name) return user;
    }
    throw std::logic_error("no user " + name);
}

void remove_user(Observation& host, const std::string& name) {
    std::erase_if(host.accounts.users, [&](const User& user) { return user.name == name; });
}

void remove_group(Observation& host, const std::string& name) {
    std::erase_if(host.accounts.groups, [&](const Group& group) { return group.name == name; });
}

/// The one blocker of a host whose account `db` was changed.
template <typename Edit>
std::string conflict_after(Edit edit) {
    auto host = provisioned_host(small_layout());
    edit(host);
    const auto plan = make_plan(small_layout(), host, {});
    if (plan.blockers.size() != 1) return std::to_string(plan.blockers.size()) + " blockers";
    EXPECT_EQ(plan.blockers[0].code, ErrorCode::account_conflict);
    EXPECT_THAT(lines_of(plan), Not(Contains(HasSubstr("create-"))));
    return plan.blockers[0].message;
}

TEST(AccountConflict, T29UidZeroIsRootByAnotherName) {
    const auto message = conflict_after([](Observation& host) { user_of(host, "db").uid = 0; });
    EXPECT_THAT(message, HasSubstr("service db: the account db has uid 0"));
    EXPECT_THAT(message, HasSubstr("name another owner"));
}

TEST(AccountConflict, T29AUsablePasswordIsToBeLocked) {
    const auto message = conflict_after(
        [](Observation& host) { user_of(host, "db").password = User::Password::usable; });
    EXPECT_THAT(message, HasSubstr("`passwd -l db`"));
}

TEST(AccountConflict, T29AnotherPrimaryGroupNamesTheDropInThatAdoptsIt) {
    const auto message = conflict_after([](Observation& host) { user_of(host, "db").gid = 50; });
    EXPECT_THAT(message, HasSubstr("the primary group staff, but the layout says db"));
    EXPECT_THAT(message, HasSubstr(R"({"format":1,"services":{"db":{"group":"staff"}}})"));
}

TEST(AccountConflict, T29APrimaryGroupWithoutNameCannotBeAdopted) {
    const auto message = conflict_after([](Observation& host) { user_of(host, "db").gid = 77; });
    EXPECT_THAT(message, HasSubstr("77, which has no name"));
    EXPECT_THAT(message, HasSubstr("name another owner"));
}

TEST(AccountConflict, T29TheGroupOfAnAccountThatOwnsNoServiceCannotBeChosen) {
    auto layout = small_layout();
    layout.services[0].directories[1].owner = "audit";
    auto host = provisioned_host(layout);
    user_of(host, "audit").gid = 50;
    const auto plan = make_plan(layout, host, {});
    ASSERT_EQ(plan.blockers.size(), 1U);
    EXPECT_THAT(plan.blockers[0].message, HasSubstr("name another owner"));
}

TEST(AccountConflict, T29NamesEveryFaultOfEveryAccount) {
    auto host = provisioned_host(default_layout());
    user_of(host, "redis").uid = 0;
    user_of(host, "redis").password = User::Password::usable;
    user_of(host, "kafka").gid = 50;
    EXPECT_EQ(make_plan(default_layout(), host, {}).blockers.size(), 3U);
    EXPECT_EQ(make_plan(default_layout(), host, {"kafka"}).blockers.size(), 1U);
    EXPECT_THAT(make_plan(default_layout(), host, {"backup"}).blockers, IsEmpty());
}

TEST(AccountConflict, AConflictingAccountIsNotCountedAsUnchanged) {
    auto host = provisioned_host(small_layout());
    const auto before = make_plan(small_layout(), host, {}).unchanged;
    user_of(host, "db").password = User::Password::usable;
    EXPECT_EQ(make_plan(small_layout(), host, {}).unchanged, before - 1);
}

TEST(Accounts, RootIsNeverCreatedCheckedOrCounted) {
    auto layout = small_layout();
    for (auto& dir : layout.services[0].directories) dir.owner = dir.group = "root";
    const auto plan = make_plan(layout, provisioned_host(layout), {});
    EXPECT_THAT(plan.blockers, IsEmpty());  // although root has a usable password
    EXPECT_EQ(plan.unchanged, 3U);          // the base and two directories
}

TEST(Accounts, AdoptsAnAccountOfAPersonWithLockedPassword) {
    auto host = provisioned_host(small_layout());
    user_of(host, "db").uid = 1500;
    for (auto& [key, seen] : host.directories) seen.entry.uid = 1500;
    const auto plan = make_plan(small_layout(), host, {});
    EXPECT_THAT(lines_of(plan), IsEmpty());
    EXPECT_THAT(plan.blockers, IsEmpty());
}

TEST(Accounts, T27AnAccountWithoutAShadowLineIsCompletedAsItIs) {
    auto host = provisioned_host(small_layout());
    user_of(host, "db").password = User::Password::missing;
    user_of(host, "db").home = "/srv/db";
    user_of(host, "db").shell = "/bin/bash";
    const auto plan = make_plan(small_layout(), host, {});
    EXPECT_THAT(lines_of(plan),
                ElementsAre("create-user db: incomplete -> uid 101, group db, home /srv/db, shell "
                            "/bin/bash"));
    EXPECT_EQ(plan.changes.at(0).home, "/srv/db");
    EXPECT_EQ(plan.changes[0].pinned_id, 101U);
    EXPECT_THAT(plan.blockers, IsEmpty());
}

TEST(Pins, ADeletedAccountGetsTheIdsThatItsTreeBelongsTo) {
    auto host = provisioned_host(small_layout());
    remove_user(host, "db");
    remove_group(host, "db");
    const auto plan = make_plan(small_layout(), host, {});
    EXPECT_THAT(lines_of(plan), ElementsAre("create-group db: absent -> gid 101",
                                            "create-user db: absent -> uid 101, group db, home "
                                            "/data/jts/hot/db, shell /bin/false"));
    EXPECT_EQ(plan.changes[0].pinned_id, 101U);
    EXPECT_EQ(plan.changes[1].pinned_id, 101U);
}

TEST(Pins, AGroupDeletedFromUnderItsAccountComesBackWithTheAccountsGid) {
    auto host = provisioned_host(small_layout());
    remove_group(host, "db");
    for (auto& [key, seen] : host.directories) seen.entry.gid = 0;
    const auto plan = make_plan(small_layout(), host, {});
    EXPECT_THAT(plan.blockers, IsEmpty());
    EXPECT_EQ(lines_of(plan).front(), "create-group db: absent -> gid 101");
}

TEST(Pins, NeverTakeAnIdThatSomebodyHas) {
    auto host = provisioned_host(small_layout());
    remove_user(host, "db");
    remove_group(host, "db");
    host.accounts.users.push_back({"other", 101, 50, "/", "/bin/sh", User::Password::locked});
    host.accounts.groups.push_back({"other", 101, {}});
    const auto lines = lines_of(make_plan(small_layout(), host, {}));
    EXPECT_THAT(lines, Contains("create-group db: absent -> gid auto"));
    EXPECT_THAT(lines, Contains(HasSubstr("create-user db: absent -> uid auto")));
    EXPECT_THAT(lines, Contains("set-owner /data/jts/hot/db: other:other -> db:db"));
}

TEST(Pins, NeverTakeAGidThatIsSomebodysPrimaryGroupWithoutName) {
    auto host = provisioned_host(small_layout());
    remove_user(host, "db");
    remove_group(host, "db");
    host.accounts.users.push_back({"other", 300, 101, "/", "/bin/sh", User::Password::locked});
    EXPECT_THAT(lines_of(make_plan(small_layout(), host, {})),
                Contains("create-group db: absent -> gid auto"));
}

TEST(Pins, GiveOneIdToOneAccountOnly) {
    const auto layout = default_layout();
    auto host = provisioned_host(layout);
    for (const auto* name : {"kafka", "redis"}) {
        remove_user(host, name);
        remove_group(host, name);
        host.directories.at({name, ""}).entry = directory(150, 150, 0750);
    }
    const auto lines = lines_of(make_plan(layout, host, {}));
    EXPECT_THAT(lines, Contains("create-group kafka: absent -> gid 150"));
    EXPECT_THAT(lines, Contains("create-group redis: absent -> gid auto"));
    EXPECT_THAT(lines, Contains(HasSubstr("create-user kafka: absent -> uid 150")));
    EXPECT_THAT(lines, Contains(HasSubstr("create-user redis: absent -> uid auto")));
}

TEST(Pins, ASubdirectoryWithAnOwnerOfItsOwnTellsThatOwnersId) {
    auto layout = small_layout();
    auto& data = layout.services[0].directories[1];
    data.owner = data.group = "audit";
    auto host = provisioned_host(layout);
    remove_user(host, "audit");
    remove_group(host, "audit");
    const auto ids = entry_of(host, {"db", "data"});
    const auto plan = make_plan(layout, host, {});
    ASSERT_EQ(plan.changes.size(), 2U);
    EXPECT_EQ(plan.changes[0].pinned_id, ids.gid);
    EXPECT_EQ(plan.changes[1].pinned_id, ids.uid);
}

TEST(Pins, T18LeaveOutRootPeopleAndHugeIds) {
    for (const auto id : {0U, 1000U, 4'000'000'000U}) {
        auto host = empty_host(small_layout());
        host.accounts = {};  // not even root's line keeps its id
        host.base_path = provisioned_host(small_layout()).base_path;
        host.directories.at({"db", ""}).entry = directory(id, id, 0750);
        const auto plan = make_plan(small_layout(), host, {});
        EXPECT_EQ(lines_of(plan).front(), "create-group db: absent -> gid auto") << id;
        EXPECT_EQ(plan.changes[1].pinned_id, std::nullopt) << id;
    }
}

TEST(Pins, TakeTheLastIdBelowThosePeopleHave) {
    auto host = empty_host(small_layout());
    host.directories.at({"db", ""}).entry = directory(999, 1, 0750);
    const auto plan = make_plan(small_layout(), host, {});
    EXPECT_EQ(plan.changes.at(0).pinned_id, 1U);
    EXPECT_EQ(plan.changes.at(1).pinned_id, 999U);
}

TEST(Pins, TakeNothingFromWhatIsNoDirectory) {
    auto host = empty_host(small_layout());
    auto link = directory(150, 150, 0777);
    link.type = EntryState::Type::symlink;
    host.directories.at({"db", ""}).entry = link;
    EXPECT_EQ(make_plan(small_layout(), host, {}).changes.at(0).pinned_id, std::nullopt);
}

TEST(ExpectedOwner, IsTheExistingIdThePinnedOneOrUnknown) {
    const auto layout = small_layout();
    const auto& service = layout.services[0];
    const auto expected = [&](const Observation& host) {
        return expected_owner(layout, host, {}, service, service.own());
    };
    EXPECT_EQ(expected(provisioned_host(layout)), (ExpectedOwner{101, 101}));
    auto orphaned = provisioned_host(layout);
    remove_user(orphaned, "db");
    EXPECT_EQ(expected(orphaned), (ExpectedOwner{101, 101}));
    EXPECT_EQ(expected(empty_host(layout)), (ExpectedOwner{std::nullopt, std::nullopt}));
}

TEST(ExpectedOwner, OfRootIsZeroWhateverTheDatabasesSay) {
    auto layout = small_layout();
    auto& own = layout.services[0].directories[0];
    own.owner = own.group = "root";
    auto host = empty_host(layout);
    host.accounts = {};
    EXPECT_EQ(expected_owner(layout, host, {}, layout.services[0], own), (ExpectedOwner{0, 0}));
}

}  // namespace
}  // namespace jts::hot_storage::test
