// ACLs of declared directories (T08), and the mode that stands beside them.
#include <gmock/gmock.h>

#include "core/acl.hpp"
#include "support/layouts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Tag = AclLine::Tag;

constexpr std::uint32_t db = 101;
constexpr std::uint32_t grafana = 300;
const DirectoryKey own{"db", ""};
const DirectoryKey data{"db", "data"};

AclEntry grant(const std::string& user, std::uint32_t permissions, bool is_default = false) {
    return {is_default, AclEntry::Tag::user, user, permissions};
}

/// The small layout with an ACL on one of its two directories.
Layout layout_with(const DirectoryKey& key, std::vector<AclEntry> acl) {
    auto layout = small_layout();
    layout.services[0].directories[key.second.empty() ? 0 : 1].acl = std::move(acl);
    return layout;
}

AccountDatabase accounts_with_grafana() {
    auto accounts = provisioned_host(small_layout()).accounts;
    accounts.users.push_back(
        {"grafana", grafana, grafana, "/", "/bin/false", User::Password::locked});
    return accounts;
}

/// The provisioned host where one directory has this mode and these lines.
Observation host_with(const DirectoryKey& key, std::uint32_t mode, std::vector<AclLine> acl) {
    auto host = provisioned_host(small_layout());
    host.accounts = accounts_with_grafana();
    auto& entry = host.directories.at(key).entry;
    entry.mode = mode;
    entry.acl = std::move(acl);
    return host;
}

std::vector<AclLine> access_acl(std::uint32_t user_line, std::uint32_t group, std::uint32_t mask,
                                std::uint32_t other) {
    return {{false, Tag::user_obj, 0, 7},
            {false, Tag::user, grafana, user_line},
            {false, Tag::group_obj, 0, group},
            {false, Tag::mask, 0, mask},
            {false, Tag::other, 0, other}};
}

Plan planned(const Layout& layout, const Observation& host) {
    return make_plan(layout, host, {});
}

TEST(LeftOverAcl, T08AnAccessAclIsRemovedWhateverThePolicy) {
    const auto layout = small_layout();
    EXPECT_THAT(lines_of(planned(layout, host_with(own, 0750, access_acl(5, 5, 5, 0)))),
                ElementsAre("set-acl /data/jts/hot/db: user::rwx,user:grafana:r-x,group::r-x,"
                            "mask::r-x,other::--- -> none"));
    EXPECT_THAT(lines_of(planned(layout, host_with(data, 0755, access_acl(7, 5, 5, 5)))),
                ElementsAre("set-acl /data/jts/hot/db/data: user::rwx,user:grafana:rwx,group::r-x,"
                            "mask::r-x,other::r-x -> none"));
}

TEST(LeftOverAcl, T08ADefaultAclIsRemoved) {
    const std::vector<AclLine> lines{
        {true, Tag::user_obj, 0, 7},  {true, Tag::user, 4'000'000'000, 7},
        {true, Tag::group_obj, 0, 5}, {true, Tag::group, 50, 6},
        {true, Tag::mask, 0, 7},      {true, Tag::other, 0, 0}};
    EXPECT_THAT(
        lines_of(planned(small_layout(), host_with(own, 0750, lines))),
        ElementsAre("set-acl /data/jts/hot/db: user::rwx,group::r-x,other::---,"
                    "default:user::rwx,default:user:4000000000:rwx,default:group::r-x,"
                    "default:group:staff:rw-,default:mask::rwx,default:other::--- -> none"));
}

TEST(LeftOverAcl, AMaskAloneIsOneToo) {
    const std::vector<AclLine> lines{{false, Tag::user_obj, 0, 7},
                                     {false, Tag::group_obj, 0, 5},
                                     {false, Tag::mask, 0, 5},
                                     {false, Tag::other, 0, 0}};
    EXPECT_THAT(lines_of(planned(small_layout(), host_with(own, 0750, lines))),
                ElementsAre(HasSubstr("mask::r-x,other::--- -> none")));
}

TEST(LeftOverAcl, LinesThatSayNoMoreThanTheModeAreNone) {
    const std::vector<AclLine> lines{
        {false, Tag::user_obj, 0, 7}, {false, Tag::group_obj, 0, 5}, {false, Tag::other, 0, 0}};
    EXPECT_THAT(planned(small_layout(), host_with(own, 0750, lines)).changes, IsEmpty());
}

TEST(LeftOverAcl, TheModesGroupBitsWereItsMaskAndAreJudgedWithoutIt) {
    const auto plan = planned(small_layout(), host_with(data, 0770, access_acl(7, 5, 7, 0)));
    EXPECT_THAT(lines_of(plan), ElementsAre("set-mode /data/jts/hot/db/data: 0770 -> 0750",
                                            HasSubstr("set-acl /data/jts/hot/db/data: ")));
    EXPECT_EQ(plan.changes.at(1).mode, 0750U);
}

TEST(LeftOverAcl, WhatTheMaskTookFromTheGroupIsNotGivenBackUnderAtMost) {
    const auto plan = planned(small_layout(), host_with(data, 0700, access_acl(7, 7, 0, 0)));
    ASSERT_THAT(plan.changes, SizeIs(1));
    EXPECT_EQ(plan.changes[0].change.kind, ChangeKind::set_acl);
    EXPECT_EQ(plan.changes[0].mode, 0700U);
}

TEST(LeftOverAcl, T07NoBitIsAddedBeforeTheAclIsGone) {
    // chmod 0750 here would widen the mask, and with it what grafana may do.
    const auto plan = planned(small_layout(), host_with(own, 0700, access_acl(7, 5, 0, 0)));
    ASSERT_THAT(plan.changes, SizeIs(1));
    EXPECT_EQ(plan.changes[0].change.kind, ChangeKind::set_acl);
    EXPECT_EQ(plan.changes[0].mode, 0750U);
    EXPECT_THAT(plan.changes[0].acl, IsEmpty());
}

TEST(WantedAcl, IsSetWholeWithTheUnionAsItsMask) {
    const auto layout = layout_with(own, {grant("grafana", 7), grant("grafana", 5, true)});
    const auto plan = planned(layout, host_with(own, 0750, {}));
    EXPECT_THAT(lines_of(plan),
                ElementsAre("set-acl /data/jts/hot/db: none -> user::rwx,user:grafana:rwx,"
                            "group::r-x,mask::rwx,other::---,default:user::rwx,"
                            "default:user:grafana:r-x,default:group::r-x,default:mask::r-x,"
                            "default:other::---"));
    EXPECT_EQ(plan.changes.at(0).mode, 0750U);
    EXPECT_EQ(plan.changes.at(0).acl, layout.services[0].own().acl);
}

TEST(WantedAcl, NeedsNothingOnceItIsThereThoughTheModeShowsTheMask) {
    const auto layout = layout_with(own, {grant("grafana", 7), grant("grafana", 5, true)});
    const auto host = host_with(own, 0750, {});
    const auto after = simulate(host, planned(layout, host));
    EXPECT_EQ(entry_of(after, own).mode, 0770U);
    EXPECT_THAT(planned(layout, after).changes, IsEmpty());
}

TEST(WantedAcl, AWrongMaskIsAWrongMode) {
    const auto layout = layout_with(own, {grant("grafana", 7)});
    EXPECT_THAT(lines_of(planned(layout, host_with(own, 0750, access_acl(7, 5, 5, 0)))),
                ElementsAre("set-mode /data/jts/hot/db: 0750 -> 0770"));
}

TEST(WantedAcl, AWrongGroupLineIsFoundBehindARightMask) {
    const auto layout = layout_with(own, {grant("grafana", 7)});
    EXPECT_THAT(lines_of(planned(layout, host_with(own, 0770, access_acl(7, 7, 7, 0)))),
                ElementsAre(HasSubstr("-> user::rwx,user:grafana:rwx,group::r-x,mask::rwx")));
}

TEST(WantedAcl, ANarrowerGroupLineIsWrongUnderExactAlone) {
    const auto exact = layout_with(own, {grant("grafana", 7)});
    EXPECT_THAT(planned(exact, host_with(own, 0770, access_acl(7, 4, 7, 0))).changes, SizeIs(1));
    const auto at_most = layout_with(data, {grant("grafana", 7)});
    EXPECT_THAT(planned(at_most, host_with(data, 0775, access_acl(7, 4, 7, 5))).changes, IsEmpty());
}

TEST(WantedAcl, ANamedLineMustBeEqualUnderBothPolicies) {
    for (const auto& [key, mode] : {std::pair(own, 0750U), std::pair(data, 0755U)}) {
        const auto layout = layout_with(key, {grant("grafana", 5)});
        const auto other = mode & 7;
        EXPECT_THAT(planned(layout, host_with(key, mode, access_acl(5, 5, 5, other))).changes,
                    IsEmpty());
        EXPECT_THAT(planned(layout, host_with(key, mode, access_acl(4, 5, 5, other))).changes,
                    SizeIs(1));
        EXPECT_THAT(planned(layout, host_with(key, mode, {})).changes, SizeIs(1));
    }
}

TEST(WantedAcl, MayHaveANarrowerMaskUnderAtMost) {
    const auto layout = layout_with(data, {grant("grafana", 5)});
    EXPECT_THAT(planned(layout, host_with(data, 0700, access_acl(5, 5, 0, 0))).changes, IsEmpty());
    EXPECT_THAT(lines_of(planned(layout, host_with(data, 0770, access_acl(5, 5, 7, 0)))),
                ElementsAre("set-mode /data/jts/hot/db/data: 0770 -> 0750"));
}

TEST(WantedAcl, ADefaultAclIsMadeOfTheModeThatTheServiceLeft) {
    const auto layout = layout_with(data, {grant("grafana", 4, true)});
    const auto host = host_with(data, 0700, {});
    const auto plan = planned(layout, host);
    EXPECT_THAT(lines_of(plan), ElementsAre(HasSubstr("default:user:grafana:r--,default:group::---,"
                                                      "default:mask::r--,default:other::---")));
    EXPECT_THAT(planned(layout, simulate(host, plan)).changes, IsEmpty());
}

TEST(WantedAcl, ADefaultAclThatGrantsMoreIsSetAgain) {
    const auto layout = layout_with(data, {grant("grafana", 5, true)});
    auto host = host_with(data, 0755, {});
    host = simulate(host, planned(layout, host));
    for (auto& line : host.directories.at(data).entry.acl) {
        if (line.is_default && line.tag == Tag::other) line.permissions = 7;
    }
    EXPECT_THAT(planned(layout, host).changes, SizeIs(1));
}

TEST(WantedAcl, T07SpecialBitsAndWhatIsTooWideGoFirstAndNothingIsAddedBefore) {
    const auto layout = layout_with(own, {grant("grafana", 7)});
    auto host = host_with(own, 02577, {});
    host.directories.at(own).entry.uid = 0;
    const auto plan = planned(layout, host);
    EXPECT_THAT(lines_of(plan), ElementsAre("set-owner /data/jts/hot/db: root:db -> db:db",
                                            "set-mode /data/jts/hot/db: 2577 -> 0550",
                                            HasSubstr("set-acl /data/jts/hot/db: none -> ")));
    EXPECT_EQ(plan.changes.at(0).mode, 0550U);
}

TEST(WantedAcl, OfAnAccountThatThePlanCreatesIsSetByName) {
    const auto layout = layout_with(data, {grant("db", 5)});
    auto host = empty_host(layout);
    host.base_path = provisioned_host(layout).base_path;
    host.directories.at(own).entry = directory(0, 0, 0750);
    host.directories.at(data).entry = directory(0, 0, 0755);
    const auto plan = make_plan(layout, host, {});
    EXPECT_THAT(plan.blockers, IsEmpty());
    EXPECT_THAT(lines_of(plan).back(), HasSubstr("-> user::rwx,user:db:r-x,group::r-x"));
    EXPECT_THAT(planned(layout, simulate(host, plan)).changes, IsEmpty());
}

TEST(WantedAcl, OfSomebodyWhoDoesNotExistIsAConflict) {
    const auto layout = layout_with(data, {grant("nosuch", 5)});
    const auto plan = planned(layout, host_with(data, 0755, {}));
    ASSERT_THAT(plan.blockers, SizeIs(1));
    EXPECT_EQ(plan.blockers[0].code, ErrorCode::account_conflict);
    EXPECT_THAT(plan.blockers[0].message,
                HasSubstr("the ACL of /data/jts/hot/db/data names the user nosuch"));
}

TEST(WantedAcl, GroupsAreLookedUpAmongGroups) {
    const auto layout = layout_with(data, {{false, AclEntry::Tag::group, "grafana", 5}});
    EXPECT_THAT(planned(layout, host_with(data, 0755, {})).blockers, SizeIs(1));
    const auto staff = layout_with(data, {{false, AclEntry::Tag::group, "staff", 5}});
    EXPECT_THAT(planned(staff, host_with(data, 0755, {})).blockers, IsEmpty());
}

TEST(AclLines, AlwaysHoldTheModesBitsSoThatWritingThemSetsThese) {
    EXPECT_THAT(acl_lines(0750, {}, {}), ElementsAre(AclLine{false, Tag::user_obj, 0, 7},
                                                     AclLine{false, Tag::group_obj, 0, 5},
                                                     AclLine{false, Tag::other, 0, 0}));
}

TEST(AclLines, HaveADefaultAclOnlyWhereAnEntryIsADefaultOne) {
    EXPECT_THAT(
        acl_lines(0700, {grant("grafana", 6, true)}, accounts_with_grafana()),
        ElementsAre(AclLine{false, Tag::user_obj, 0, 7}, AclLine{false, Tag::group_obj, 0, 0},
                    AclLine{false, Tag::other, 0, 0}, AclLine{true, Tag::user_obj, 0, 7},
                    AclLine{true, Tag::user, grafana, 6}, AclLine{true, Tag::group_obj, 0, 0},
                    AclLine{true, Tag::mask, 0, 6}, AclLine{true, Tag::other, 0, 0}));
}

TEST(AclLines, OfANameThatNobodyHasAreAnError) {
    EXPECT_THROW(acl_lines(0750, {grant("nosuch", 5)}, {}), Error);
}

}  // namespace
}  // namespace jts::hot_storage::test
