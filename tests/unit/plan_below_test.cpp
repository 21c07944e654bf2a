// What lies below declared directories: foreign entries, and entries that must not be touched.
#include <gmock/gmock.h>

#include "support/layouts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const DirectoryKey data{"db", "data"};
const std::string path = "/data/jts/hot/db/data";

Observation host_with(const BelowState& below) {
    auto host = provisioned_host(small_layout());
    host.directories.at(data).below = below;
    return host;
}

Layout layout_with(Below below) {
    auto layout = small_layout();
    layout.services[0].directories[1].below = below;
    return layout;
}

TEST(Foreign, EntriesAreGivenToOwnerAndGroupWithTheirNumberAndExamples) {
    const auto plan = make_plan(small_layout(), host_with({3, {path + "/a", path + "/b"}, {}}), {});
    EXPECT_THAT(lines_of(plan), ElementsAre("set-owner-below " + path + ": foreign -> db:db"));
    ASSERT_THAT(plan.changes, SizeIs(1));
    const auto& planned = plan.changes[0];
    EXPECT_EQ(planned.change.entries, 3U);
    EXPECT_THAT(planned.change.examples, ElementsAre(path + "/a", path + "/b"));
    EXPECT_EQ(planned.target, data);
    EXPECT_EQ(planned.below, Below::owner_and_group);
    EXPECT_EQ(planned.owner, "db");
    EXPECT_EQ(planned.group, "db");
}

TEST(Foreign, GroupsAreLeftOutWhereTheLayoutLeavesThemAlone) {
    const auto plan = make_plan(layout_with(Below::owner), host_with({1, {}, {}}), {});
    EXPECT_THAT(lines_of(plan), ElementsAre("set-owner-below " + path + ": foreign -> db"));
    EXPECT_EQ(plan.changes.at(0).below, Below::owner);
}

TEST(Foreign, EntriesAreNobodysBusinessWhereOnlyDirectoriesAreDeclared) {
    const auto plan = make_plan(layout_with(Below::declared_only), host_with({1, {}, {}}), {});
    EXPECT_THAT(lines_of(plan), IsEmpty());
}

TEST(Foreign, EntriesKeepADirectoryFromBeingCountedAsUnchanged) {
    const auto unchanged = [](const BelowState& below) {
        return make_plan(small_layout(), host_with(below), {}).unchanged;
    };
    EXPECT_EQ(unchanged({1, {}, {}}), unchanged({}) - 1);
    EXPECT_EQ(unchanged({0, {}, {{"device: x", 1, {}}}}), unchanged({}));
}

TEST(Foreign, EntriesOfADirectoryThatIsNotThereAreImpossible) {
    auto host = host_with({1, {}, {}});
    host.directories.at(data).entry = {};
    EXPECT_THAT(lines_of(make_plan(small_layout(), host, {})),
                ElementsAre("create-directory " + path + ": absent -> db:db 0755"));
}

TEST(RefusedBelow, T03NamesEachExampleAndCountsTheRest) {
    const BelowState below{
        0, {}, {{"hard-link: also named elsewhere", 5, {path + "/a", path + "/b"}}}};
    const auto plan = make_plan(small_layout(), host_with(below), {});
    EXPECT_THAT(lines_of(plan.refused),
                ElementsAre(path + "/a: hard-link: also named elsewhere",
                            path + "/b: hard-link: also named elsewhere",
                            path + ": hard-link: 3 more entries: also named elsewhere"));
    EXPECT_EQ(plan.refused[0].service, "db");
}

TEST(RefusedBelow, AddsNoCountWhereEveryEntryIsNamed) {
    const BelowState below{0, {}, {{"device: not for us", 1, {path + "/a"}}}};
    const auto plan = make_plan(small_layout(), host_with(below), {});
    EXPECT_THAT(lines_of(plan.refused), ElementsAre(path + "/a: device: not for us"));
}

TEST(RefusedBelow, NamesNothingFromInsideTheTreeToThePublic) {
    const BelowState below{0,
                           {},
                           {{"device: not for us", 1, {path + "/a"}},
                            {"hard-link: also named elsewhere", 25, {path + "/b"}},
                            {"other-mount", 2, {path + "/c"}}}};
    const auto plan = make_plan(small_layout(), host_with(below), {});
    EXPECT_THAT(lines_of(plan.refused_public),
                ElementsAre(path + ": device: 1 entry: not for us",
                            path + ": hard-link: 25 entries: also named elsewhere",
                            path + ": other-mount: 2 entries"));
}

TEST(RefusedBelow, IsCountedWhereNoExampleIsKnown) {
    const BelowState below{0, {}, {{"device: not for us", 2, {}}}};
    const auto plan = make_plan(small_layout(), host_with(below), {});
    EXPECT_THAT(lines_of(plan.refused), ElementsAre(path + ": device: 2 entries: not for us"));
}

}  // namespace
}  // namespace jts::hot_storage::test
