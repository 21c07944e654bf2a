// The way from the root directory to the base: T04, T39, and the sandbox.
#include <gmock/gmock.h>

#include "support/layouts.hpp"
#include "unit/plan_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::size_t parent = 1;  // /data/jts
constexpr std::size_t base = 2;    // /data/jts/hot

Plan plan_with(std::size_t component, const EntryState& entry) {
    auto host = provisioned_host(small_layout());
    host.base_path[component].entry = entry;
    return make_plan(small_layout(), host, {});
}

EntryState of_type(EntryState::Type type) {
    auto entry = directory(0, 0, 0755);
    entry.type = type;
    return entry;
}

void expect_unsafe(const Plan& plan, const std::string& path) {
    ASSERT_EQ(plan.blockers.size(), 1U);
    EXPECT_EQ(plan.blockers[0].code, ErrorCode::unsafe_path);
    EXPECT_THAT(plan.blockers[0].message, AllOf(HasSubstr(path + " "), HasSubstr("")));
    EXPECT_THAT(plan.changes, IsEmpty());
    EXPECT_THAT(plan.refused, IsEmpty());
}

TEST(UnsafePath, T04AParentOrTheBaseIsASymlinkOrNoDirectory) {
    for (const auto type : {EntryState::Type::symlink, EntryState::Type::other}) {
        expect_unsafe(plan_with(parent, of_type(type)), "/data/jts");
        expect_unsafe(plan_with(base, of_type(type)), "/data/jts/hot");
    }
}

TEST(UnsafePath, AParentOrTheBaseIsAMountThatRootMayNotLookInto) {
    expect_unsafe(plan_with(parent, of_type(EntryState::Type::sealed)), "/data/jts");
    expect_unsafe(plan_with(base, of_type(EntryState::Type::sealed)), "/data/jts/hot");
}

TEST(UnsafePath, T04AParentOrTheBaseBelongsToAUser) {
    expect_unsafe(plan_with(parent, directory(1000, 0, 0755)), "/data/jts");
    expect_unsafe(plan_with(base, directory(4'000'000'000, 0, 0755)), "/data/jts/hot");
}

TEST(UnsafePath, T04AParentMayBeWrittenByItsGroupOrOthersStickyOrNot) {
    for (const auto mode : {0775U, 0757U, 01777U, 01775U}) {
        expect_unsafe(plan_with(parent, directory(0, 0, mode)), "/data/jts");
    }
}

TEST(UnsafePath, T04AnAclLetsAUserWriteAParent) {
    auto entry = directory(0, 0, 0775);
    entry.acl = {{false, AclLine::Tag::user, 1000, 7}, {false, AclLine::Tag::mask, 0, 7}};
    expect_unsafe(plan_with(parent, entry), "/data/jts");
    entry.mode = 0755;
    expect_unsafe(plan_with(parent, entry), "/data/jts");
}

TEST(SafePath, AnAclThatTheMaskKeepsFromWritingIsHarmless) {
    auto entry = directory(0, 0, 0755);
    entry.acl = {{false, AclLine::Tag::user, 1000, 7}, {false, AclLine::Tag::mask, 0, 5}};
    EXPECT_THAT(plan_with(parent, entry).blockers, IsEmpty());
}

TEST(SafePath, AnyGroupAndAnyNarrowerModeOfAParentWillDo) {
    const auto plan = plan_with(parent, directory(0, 50, 0711));
    EXPECT_THAT(plan.blockers, IsEmpty());
    EXPECT_THAT(lines_of(plan), IsEmpty());
}

TEST(Base, AWrongGroupModeOrAclIsAChangeLikeAnyOther) {
    auto entry = directory(0, 50, 01777);
    entry.acl = {{true, AclLine::Tag::user_obj, 0, 7},
                 {true, AclLine::Tag::group_obj, 0, 5},
                 {true, AclLine::Tag::other, 0, 5}};
    const auto plan = plan_with(base, entry);
    EXPECT_THAT(plan.blockers, IsEmpty());
    EXPECT_THAT(lines_of(plan),
                ElementsAre("set-owner /data/jts/hot: root:staff -> root:root",
                            "set-mode /data/jts/hot: 1777 -> 0755",
                            "set-acl /data/jts/hot: user::rwx,group::rwx,other::rwx,default:user::"
                            "rwx,default:group::r-x,default:other::r-x -> none"));
    EXPECT_EQ(plan.changes[0].target, DirectoryKey("", "/data/jts/hot"));
    EXPECT_EQ(plan.changes[0].change.service, "");
}

TEST(Base, AnImmutableOneThatNeedsAChangeIsRefusedAndTheRestIsPlanned) {
    auto entry = directory(0, 0, 0700);
    entry.immutable = true;
    auto host = provisioned_host(small_layout());
    host.base_path[base].entry = entry;
    host.directories.at({"db", "data"}).entry.mode = 0777;
    const auto plan = make_plan(small_layout(), host, {});
    EXPECT_THAT(lines_of(plan.refused), ElementsAre(HasSubstr("/data/jts/hot: immutable: ")));
    EXPECT_THAT(lines_of(plan), ElementsAre("set-mode /data/jts/hot/db/data: 0777 -> 0755"));
}

TEST(Base, NothingCanBeCreatedInAnImmutableDirectory) {
    auto host = provisioned_host(small_layout());
    host.base_path[base].entry.immutable = true;
    for (auto& [key, seen] : host.directories) seen.entry = {};
    const auto plan = make_plan(small_layout(), host, {});
    EXPECT_THAT(lines_of(plan), IsEmpty());
    EXPECT_THAT(lines_of(plan.refused), ElementsAre(HasSubstr("/data/jts/hot/db: immutable: ")));
}

TEST(Base, OnlyTheMissingComponentsAreCreated) {
    auto host = empty_host(small_layout());
    host.base_path[0].entry = directory(0, 0, 0755);
    const auto lines = lines_of(make_plan(small_layout(), host, {}));
    EXPECT_EQ(lines.at(2), "create-directory /data/jts: absent -> root:root 0755");
}

TEST(ExpectedMount, T39OffItTheHostIsUnsafeAndItsTreeIsNotPlanned) {
    auto layout = small_layout();
    layout.expected_mount = "/data/jts/hot";
    auto host = empty_host(layout);
    host.accounts = provisioned_host(layout).accounts;
    const auto plan = make_plan(layout, host, {});
    expect_unsafe(plan, "/data/jts/hot");
    EXPECT_THAT(plan.blockers[0].message, HasSubstr("expected_mount"));
    host.mount_point = "/data/jts/hot";
    EXPECT_THAT(make_plan(layout, host, {}).blockers, IsEmpty());
}

TEST(ReadOnlyBase, IsAnInvalidLayoutWhoseMessageGivesTheUnitDropIn) {
    auto host = provisioned_host(small_layout());
    host.read_only = true;
    const auto plan = make_plan(small_layout(), host, {});
    ASSERT_EQ(plan.blockers.size(), 1U);
    EXPECT_EQ(plan.blockers[0].code, ErrorCode::invalid_layout);
    EXPECT_THAT(
        plan.blockers[0].message,
        AllOf(HasSubstr("systemctl edit jts-hot-storage.service"),
              HasSubstr("[Service]\nReadWritePaths=/data/jts/hot"), Not(HasSubstr("install -d"))));
}

TEST(ReadOnlyBase, ThatIsMissingIsToBeCreatedFirst) {
    auto host = empty_host(small_layout());
    host.read_only = true;
    EXPECT_THAT(make_plan(small_layout(), host, {}).blockers.at(0).message,
                HasSubstr("install -d -m 0755 /data/jts/hot"));
}

}  // namespace
}  // namespace jts::hot_storage::test
