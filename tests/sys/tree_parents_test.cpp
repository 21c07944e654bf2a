#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/acl.hpp"
#include "sys/path.hpp"
#include "tree_fixture.hpp"
#include "tree_naive.hpp"

namespace jts::hot_storage::test {
namespace {

using Type = EntryState::Type;

class ParentsTest : public TreeTest {
  protected:
    ParentsTest() {
        make_directory("/mnt/p");
        layout.base = "/mnt/p/hot";
    }

    void expect_unsafe_without_a_change() {
        const auto& blockers = plan().blockers;
        ASSERT_EQ(blockers.size(), 1u);
        EXPECT_EQ(blockers.front().code, ErrorCode::unsafe_path);
    }

    /// What was planned while all was well must not be applied afterwards.
    void expect_changer_refuses(const Plan& planned) {
        ASSERT_FALSE(planned.changes.empty());
        for (const PlannedChange& change : planned.changes)
            EXPECT_EQ(code_of([&] { apply(change); }), ErrorCode::unsafe_path)
                << change.change.subject;
    }
};

TEST_F(ParentsTest, T04_a_symlinked_parent_is_seen_and_not_followed) {
    const Plan planned = plan();
    require(::rmdir("/mnt/p") == 0, "rmdir");
    make_symlink(outside, "/mnt/p");
    const Observation seen = observe();
    ASSERT_EQ(seen.base_path.size(), 3u);
    EXPECT_EQ(seen.base_path[1].entry.type, Type::symlink);
    EXPECT_EQ(seen.base_path[2].entry.type, Type::missing);
    expect_unsafe_without_a_change();
    expect_changer_refuses(planned);
    EXPECT_NE(::access((outside + "/hot").c_str(), F_OK), 0);
}

TEST_F(ParentsTest, T04_a_symlinked_parent_leads_a_walk_by_path_out_of_the_tree) {
    require(::rmdir("/mnt/p") == 0, "rmdir");
    make_symlink(outside, "/mnt/p");
    make_directory(outside + "/hot");
    naive_chown(layout.base, db_id);
    EXPECT_EQ(look_at(outside + "/hot").stx_uid, db_id) << "the attack does not bite";
}

TEST_F(ParentsTest, T04_a_parent_of_a_users_is_refused) {
    const Plan planned = plan();
    give("/mnt/p", other_id, 0);
    expect_unsafe_without_a_change();
    expect_changer_refuses(planned);
}

TEST_F(ParentsTest, T04_a_parent_that_group_or_others_may_write_is_refused_even_if_sticky) {
    const Plan planned = plan();
    for (const unsigned mode : {0775u, 0757u, 01777u}) {
        require(::chmod("/mnt/p", mode) == 0, "chmod");
        expect_unsafe_without_a_change();
        expect_changer_refuses(planned);
    }
}

TEST_F(ParentsTest, T04_a_parent_that_an_acl_lets_somebody_write_is_refused) {
    const Plan planned = plan();
    using Tag = AclLine::Tag;
    const sys::Fd parent = sys::open_for_reading(sys::open_if_directory("/mnt/p").get(), "/mnt/p");
    sys::write_acl(parent.get(), "/mnt/p",
                   {{false, Tag::user_obj, 0, 7},
                    {false, Tag::user, other_id, 7},
                    {false, Tag::group_obj, 0, 5},
                    {false, Tag::mask, 0, 7},
                    {false, Tag::other, 0, 5}});
    expect_unsafe_without_a_change();
    expect_changer_refuses(planned);
}

TEST_F(ParentsTest, T04_a_base_that_others_may_write_protects_nothing_in_it) {
    provision();
    PlannedChange change = give_data_to("db");
    require(::chmod(layout.base.c_str(), 0777) == 0, "chmod");
    EXPECT_EQ(code_of([&] { apply(change); }), ErrorCode::unsafe_path);
    provision();  // puts the base right first
    EXPECT_EQ(mode_of(layout.base), 0755u);
    apply(change);
}

TEST_F(ParentsTest, missing_parents_are_created_as_roots_and_everything_after_them_is_right) {
    layout.base = "/mnt/p/q/r/hot";
    EXPECT_EQ(provision().changes.size(), 6u);
    for (const char* path : {"/mnt/p/q", "/mnt/p/q/r", "/mnt/p/q/r/hot"}) {
        expect_owner(path, 0);
        EXPECT_EQ(mode_of(path), 0755u);
    }
    expect_owner("/mnt/p/q/r/hot/db", db_id);
    EXPECT_EQ(mode_of("/mnt/p/q/r/hot/db"), 0750u);
    EXPECT_EQ(mode_of("/mnt/p/q/r/hot/db/data"), 0755u);
    EXPECT_TRUE(plan().changes.empty());
}

TEST_F(ParentsTest, the_mount_point_is_that_of_the_nearest_directory_that_exists) {
    EXPECT_EQ(observe().mount_point, "/mnt");
    make_directory("/mnt/p/hot");
    sandbox.mount_tmpfs("/mnt/p/hot");
    EXPECT_EQ(observe().mount_point, "/mnt/p/hot");
    EXPECT_FALSE(observe().read_only);
    require(::mount(nullptr, "/mnt/p/hot", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0,
            "remount");
    EXPECT_TRUE(observe().read_only);
}

}  // namespace
}  // namespace jts::hot_storage::test
