// Whole plans: what an empty, a provisioned and an adopted host need, and in which order.
#include <gmock/gmock.h>

#include "support/layouts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PlanOfAnEmptyHost, ListsGroupsUsersBaseAndDirectoriesInTheOrderOfApplication) {
    const auto plan = make_plan(small_layout(), empty_host(small_layout()), {});
    EXPECT_THAT(lines_of(plan),
                ElementsAre("create-group db: absent -> gid auto",
                            "create-user db: absent -> uid auto, group db, home /data/jts/hot/db, "
                            "shell /bin/false",
                            "create-directory /data: absent -> root:root 0755",
                            "create-directory /data/jts: absent -> root:root 0755",
                            "create-directory /data/jts/hot: absent -> root:root 0755",
                            "create-directory /data/jts/hot/db: absent -> db:db 0750",
                            "create-directory /data/jts/hot/db/data: absent -> db:db 0755"));
    EXPECT_EQ(plan.unchanged, 0U);
    EXPECT_THAT(plan.blockers, IsEmpty());
    EXPECT_THAT(plan.refused, IsEmpty());
}

TEST(PlanOfAnEmptyHost, MakesWhatTheSpecificationsCommandsMake) {
    const auto layout = default_layout();
    const auto host = simulate(empty_host(layout), make_plan(layout, empty_host(layout), {}));
    const auto expected = provisioned_host(layout);
    for (const auto& [key, wanted] : expected.directories) {
        const auto& made = entry_of(host, key);
        EXPECT_EQ(owner_text(host.accounts, made.uid, made.gid),
                  owner_text(expected.accounts, wanted.entry.uid, wanted.entry.gid))
            << key.first << "/" << key.second;
        EXPECT_EQ(made.mode, wanted.entry.mode) << key.first << "/" << key.second;
    }
    for (const auto* name : {"clickhouse", "kafka", "mongodb", "postgres", "redis"}) {
        const auto* user = host.accounts.user(name);
        ASSERT_NE(user, nullptr) << name;
        EXPECT_EQ(user->home, expected.accounts.user(name)->home);
        EXPECT_EQ(host.accounts.group(user->gid)->name, name);
    }
    EXPECT_NE(host.accounts.group("docker"), nullptr);
    EXPECT_EQ(host.accounts.user("docker"), nullptr);
}

TEST(PlanOfAnEmptyHost, FillsInWhatTheApplicationNeeds) {
    const auto plan = make_plan(small_layout(), empty_host(small_layout()), {});
    const auto& user = plan.changes.at(1);
    EXPECT_EQ(user.change.service, "db");
    EXPECT_EQ(user.owner, "db");
    EXPECT_EQ(user.group, "db");
    EXPECT_EQ(user.home, "/data/jts/hot/db");
    EXPECT_EQ(user.pinned_id, std::nullopt);
    const auto& base = plan.changes.at(4);
    EXPECT_EQ(base.target, DirectoryKey("", "/data/jts/hot"));
    EXPECT_EQ(base.change.service, "");
    const auto& data = plan.changes.at(6);
    EXPECT_EQ(data.target, DirectoryKey("db", "data"));
    EXPECT_EQ(data.prior.type, EntryState::Type::missing);
    EXPECT_EQ(data.mode, 0755U);
    EXPECT_EQ(data.owner, "db");
}

TEST(PlanOfAProvisionedHost, IsEmptyAndCountsWhatNeededNothing) {
    const auto layout = default_layout();
    const auto plan = make_plan(layout, provisioned_host(layout), {});
    EXPECT_THAT(lines_of(plan), IsEmpty());
    // 5 accounts, 6 groups, the base, 7 services with 19 subdirectories.
    EXPECT_EQ(plan.unchanged, 5U + 6U + 1U + 7U + 19U);
}

TEST(PlanOfAnAdoptedHost, OfTheOldScriptsIsEmptyWhateverHomeAndShellTheAccountsHave) {
    const auto layout = default_layout();
    auto host = provisioned_host(layout);
    for (auto& user : host.accounts.users) user.shell = "/bin/bash";
    for (auto& user : host.accounts.users) user.home = "/var/lib/" + user.name;
    EXPECT_THAT(lines_of(make_plan(layout, host, {})), IsEmpty());
    EXPECT_THAT(make_plan(layout, host, {}).blockers, IsEmpty());
}

TEST(PlanOfSomeServices, LeavesTheOthersAloneButAlwaysHasTheBase) {
    const auto layout = default_layout();
    const auto plan = make_plan(layout, empty_host(layout), {"redis", "backup"});
    std::vector<std::string> subjects;
    for (const auto& planned : plan.changes) subjects.push_back(planned.change.subject);
    EXPECT_THAT(subjects, ElementsAre("redis", "redis", "/data", "/data/jts", "/data/jts/hot",
                                      "/data/jts/hot/backup", "/data/jts/hot/backup/daily",
                                      "/data/jts/hot/backup/snapshots",
                                      "/data/jts/hot/backup/staging", "/data/jts/hot/redis",
                                      "/data/jts/hot/redis/data", "/data/jts/hot/redis/logs"));
}

TEST(Plan, PutsEverythingBelowBehindEveryDirectory) {
    const auto layout = default_layout();
    auto host = with_entry(provisioned_host(layout), {"redis", "logs"}, directory(0, 0, 0755));
    host.directories.at({"kafka", ""}).below.foreign = 3;
    const auto plan = make_plan(layout, host, {});
    EXPECT_THAT(lines_of(plan),
                ElementsAre("set-owner /data/jts/hot/redis/logs: root:root -> redis:redis",
                            "set-owner-below /data/jts/hot/kafka: foreign -> kafka:kafka"));
}

TEST(Plan, DoesNotDependOnTheOrderInWhichServicesAreNamed) {
    const auto layout = default_layout();
    const auto host = empty_host(layout);
    EXPECT_EQ(make_plan(layout, host, {"redis", "kafka"}),
              make_plan(layout, host, {"kafka", "redis", "kafka"}));
}

TEST(CanonicalForm, CoversTheLayoutAndEveryCoveredFieldOfEveryChange) {
    const auto plan = make_plan(small_layout(), empty_host(small_layout()), {});
    const auto form = canonical_form("layout", plan);
    EXPECT_NE(canonical_form("other", plan), form);
    for (std::size_t i = 0; i < plan.changes.size(); ++i) {
        auto other = plan;
        other.changes[i].change.kind = ChangeKind::set_owner_below;
        EXPECT_NE(canonical_form("layout", other), form);
        for (const auto field :
             {&Change::service, &Change::subject, &Change::current, &Change::desired}) {
            auto changed = plan;
            changed.changes[i].change.*field += "x";
            EXPECT_NE(canonical_form("layout", changed), form);
        }
    }
    auto fewer = plan;
    fewer.changes.pop_back();
    EXPECT_NE(canonical_form("layout", fewer), form);
}

TEST(CanonicalForm, LeavesOutWhatMovesOnALiveTree) {
    auto plan = make_plan(small_layout(), empty_host(small_layout()), {});
    const auto form = canonical_form("layout", plan);
    plan.changes.back().change.entries = 7;
    plan.changes.back().change.examples = {"/data/jts/hot/db/data/x"};
    plan.unchanged += 1;
    EXPECT_EQ(canonical_form("layout", plan), form);
}

TEST(CanonicalForm, CannotBeMovedFromOneFieldToTheNext) {
    Plan one;
    one.changes.resize(1);
    auto two = one;
    one.changes[0].change.current = "a,b";
    one.changes[0].change.desired = "c";
    two.changes[0].change.current = "a";
    two.changes[0].change.desired = "b,c";
    EXPECT_NE(canonical_form("", one), canonical_form("", two));
}

}  // namespace
}  // namespace jts::hot_storage::test
