// Declared directories: owners and modes under both policies, and what is not to be touched.
#include <gmock/gmock.h>

#include "support/layouts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::uint32_t db = 101;  // the account's ids on the provisioned host
const DirectoryKey own{"db", ""};
const DirectoryKey data{"db", "data"};

std::vector<std::string> changes_with(const DirectoryKey& key, const EntryState& entry) {
    const auto layout = small_layout();
    return lines_of(make_plan(layout, with_entry(provisioned_host(layout), key, entry), {}));
}

TEST(Exact, OwnerGroupAndModeAreTheLayouts) {
    EXPECT_THAT(changes_with(own, directory(db, db, 0750)), IsEmpty());
    EXPECT_THAT(changes_with(own, directory(0, 0, 0750)),
                ElementsAre("set-owner /data/jts/hot/db: root:root -> db:db"));
    EXPECT_THAT(changes_with(own, directory(db, 50, 0750)),
                ElementsAre("set-owner /data/jts/hot/db: db:staff -> db:db"));
    EXPECT_THAT(changes_with(own, directory(db, db, 0700)),
                ElementsAre("set-mode /data/jts/hot/db: 0700 -> 0750"));
    EXPECT_THAT(changes_with(own, directory(0, db, 0777)),
                ElementsAre("set-owner /data/jts/hot/db: root:db -> db:db",
                            "set-mode /data/jts/hot/db: 0777 -> 0750"));
}

TEST(Exact, T18AHugeIdIsWrittenAsWhatItIs) {
    EXPECT_THAT(changes_with(own, directory(4'000'000'000, 4'294'967'294, 0750)),
                ElementsAre("set-owner /data/jts/hot/db: 4000000000:4294967294 -> db:db"));
}

TEST(Exact, T06NoneOfTheThreeSpecialBitsIsKept) {
    for (const auto bits : {04000U, 02000U, 01000U, 07000U}) {
        EXPECT_THAT(changes_with(own, directory(db, db, 0750 | bits)),
                    ElementsAre(HasSubstr("-> 0750")));
        EXPECT_THAT(changes_with(data, directory(db, db, 0700 | bits)),
                    ElementsAre(HasSubstr("-> 0700")));
    }
}

TEST(Exact, T07TheOwnerChangesWithTheModeThatTheDirectoryWillHave) {
    const auto layout = small_layout();
    const auto host = with_entry(provisioned_host(layout), own, directory(0, 0, 0777));
    const auto plan = make_plan(layout, host, {});
    ASSERT_THAT(plan.changes, SizeIs(2));
    EXPECT_EQ(plan.changes[0].mode, 0750U);
    EXPECT_EQ(plan.changes[0].prior, directory(0, 0, 0777));
    EXPECT_EQ(plan.changes[1].mode, 0750U);
}

/// For a subdirectory that the layout makes 0755.
struct Narrowed {
    std::uint32_t present;
    std::uint32_t desired;
};

class AtMost : public testing::TestWithParam<Narrowed> {};

TEST_P(AtMost, KeepsWhatWasTakenAwayAndTakesBackWhatWasAdded) {
    const auto [present, desired] = GetParam();
    const auto layout = small_layout();
    const auto host = with_entry(provisioned_host(layout), data, directory(db, db, present));
    const auto plan = make_plan(layout, host, {});
    ASSERT_THAT(plan.changes, SizeIs(present == desired ? 0 : 1));
    for (const auto& planned : plan.changes) EXPECT_EQ(planned.mode, desired);
}

INSTANTIATE_TEST_SUITE_P(Modes, AtMost,
                         testing::Values(Narrowed{0755, 0755}, Narrowed{0700, 0700},
                                         Narrowed{0000, 0000}, Narrowed{0701, 0701},
                                         Narrowed{0777, 0755}, Narrowed{0770, 0750},
                                         Narrowed{0702, 0700}, Narrowed{02755, 0755},
                                         Narrowed{07777, 0755}, Narrowed{04700, 0700}));

TEST(AtMostGroup, IsFreeWhereTheModeGivesOthersWhatItGivesTheGroup) {
    EXPECT_THAT(changes_with(data, directory(db, 50, 0755)), IsEmpty());
    EXPECT_THAT(changes_with(data, directory(db, 4'000'000'000, 0700)), IsEmpty());
}

TEST(AtMostGroup, IsTheLayoutsWhereItMakesADifference) {
    auto layout = small_layout();
    layout.services[0].directories[1].mode = 0750;
    const auto host = with_entry(provisioned_host(layout), data, directory(db, 50, 0700));
    EXPECT_THAT(lines_of(make_plan(layout, host, {})),
                ElementsAre("set-owner /data/jts/hot/db/data: db:staff -> db:db"));
}

TEST(AtMostOwner, IsTheLayoutsAndBringsItsGroup) {
    EXPECT_THAT(changes_with(data, directory(0, 50, 0700)),
                ElementsAre("set-owner /data/jts/hot/db/data: root:staff -> db:db"));
}

/// What the servers themselves make of the tree (tried with Debian's packages).
TEST(RealServers, InitdbsDirectoryOf0700IsLeftAlone) {
    const auto layout = default_layout();
    auto host = provisioned_host(layout);
    host.directories.at({"postgresql", "data"}).entry.mode = 0700;
    EXPECT_THAT(lines_of(make_plan(layout, host, {})), IsEmpty());
}

TEST(RealServers, DockerdsNarrowerDirectoriesOfRootOrARemappedGroupAreLeftAlone) {
    const auto layout = default_layout();
    for (const auto group : {0U, 165'536U}) {
        auto host = provisioned_host(layout);
        host.directories.at({"docker", ""}).entry = directory(0, group, 0710);
        host.directories.at({"docker", "containers"}).entry = directory(0, group, 0710);
        host.directories.at({"docker", "volumes"}).entry = directory(0, group, 0701);
        host.directories.at({"docker", "tmp"}).entry = directory(0, group, 0700);
        const auto plan = make_plan(layout, host, {});
        EXPECT_THAT(lines_of(plan), IsEmpty());
        EXPECT_EQ(plan.unchanged, make_plan(layout, provisioned_host(layout), {}).unchanged);
    }
}

EntryState of_type(EntryState::Type type) {
    EntryState entry;
    entry.type = type;
    return entry;
}

TEST(Refused, T02ADeclaredSymlinkAndEverythingBelowItWhileTheRestIsPlanned) {
    const auto layout = default_layout();
    auto host = with_entry(empty_host(layout), {"redis", ""}, of_type(EntryState::Type::symlink));
    host.accounts = provisioned_host(layout).accounts;
    host.base_path = provisioned_host(layout).base_path;
    const auto plan = make_plan(layout, host, {"kafka", "redis"});
    EXPECT_THAT(
        lines_of(plan),
        ElementsAre("create-directory /data/jts/hot/kafka: absent -> kafka:kafka 0750",
                    "create-directory /data/jts/hot/kafka/data: absent -> kafka:kafka 0755",
                    "create-directory /data/jts/hot/kafka/logs: absent -> kafka:kafka 0755"));
    EXPECT_THAT(lines_of(plan.refused), ElementsAre(StartsWith("/data/jts/hot/redis: symlink: ")));
    EXPECT_EQ(plan.refused, plan.refused_public);
    EXPECT_EQ(plan.refused[0].service, "redis");
    EXPECT_EQ(plan.unchanged, 2U + 2U + 1U);  // accounts, groups and the base
}

TEST(Refused, WhatIsNoDirectoryThoughTheDirectoryBesideItIsNot) {
    const auto layout = small_layout();
    auto host = with_entry(provisioned_host(layout), data, of_type(EntryState::Type::other));
    host.directories.at(own).entry.mode = 0777;
    const auto plan = make_plan(layout, host, {});
    EXPECT_THAT(lines_of(plan), ElementsAre("set-mode /data/jts/hot/db: 0777 -> 0750"));
    EXPECT_THAT(lines_of(plan.refused),
                ElementsAre(StartsWith("/data/jts/hot/db/data: not-directory: ")));
}

TEST(Refused, T10AnImmutableDirectoryOnlyWhereItNeedsAChange) {
    const auto layout = small_layout();
    auto host = provisioned_host(layout);
    host.directories.at(own).entry.immutable = true;
    EXPECT_THAT(make_plan(layout, host, {}).refused, IsEmpty());
    host.directories.at(own).entry.mode = 0777;
    host.directories.at(own).below.foreign = 1;
    const auto plan = make_plan(layout, host, {});
    EXPECT_THAT(lines_of(plan.refused), ElementsAre(StartsWith("/data/jts/hot/db: immutable: ")));
    EXPECT_THAT(lines_of(plan), ElementsAre(StartsWith("set-owner-below /data/jts/hot/db: ")));
}

TEST(Refused, T10WhatIsMissingInAnImmutableDirectory) {
    const auto layout = small_layout();
    auto host = with_entry(provisioned_host(layout), data, {});
    host.directories.at(own).entry.immutable = true;
    const auto plan = make_plan(layout, host, {});
    EXPECT_THAT(lines_of(plan), IsEmpty());
    EXPECT_THAT(lines_of(plan.refused),
                ElementsAre(StartsWith("/data/jts/hot/db/data: immutable: ")));
}

TEST(Subjects, T41AreEscaped) {
    auto layout = small_layout();
    layout.base = "/da\nta";
    const auto lines = lines_of(make_plan(layout, empty_host(layout), {}));
    EXPECT_EQ(lines.at(2), R"(create-directory /da\x0ata: absent -> root:root 0755)");
}

}  // namespace
}  // namespace jts::hot_storage::test
