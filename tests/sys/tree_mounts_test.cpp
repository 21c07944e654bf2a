#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sys/fd.hpp"
#include "tree_fixture.hpp"
#include "tree_naive.hpp"

namespace jts::hot_storage::test {
namespace {

using Strings = std::vector<std::string>;

class MountsTest : public TreeTest {
  protected:
    MountsTest() { provision(); }

    void mount_inside() {
        for (const char* name : {"/bind", "/tmp"}) {
            make_directory(data + name);
            give(data + name, db_id, db_id);
        }
        sandbox.bind(outside, data + "/bind");
        sandbox.mount_tmpfs(data + "/tmp");
        make_file(data + "/tmp/file");
        make_file(data + "/file");
        make_file(outside + "/other");
        sandbox.bind(outside + "/other", data + "/file");
    }
};

TEST_F(MountsTest, T05_other_mounts_inside_the_tree_are_refused_and_not_entered) {
    mount_inside();
    EXPECT_EQ(refusals(below().refused), Strings{"other-mount 3"});
    EXPECT_EQ(below().foreign, 0u);
    EXPECT_EQ(refusals(apply(give_data_to("db")).refused), Strings{"other-mount 3"});
    expect_outside_untouched();
    expect_owner(data + "/tmp", 0);
    expect_owner(data + "/tmp/file", 0);
    expect_owner(outside + "/other", 0);
}

TEST_F(MountsTest, T05_a_bind_mount_leads_a_walk_by_path_out_of_the_tree) {
    mount_inside();
    naive_chown(data, db_id);
    EXPECT_EQ(look_at(secret).stx_uid, db_id) << "the attack does not bite";
}

/// A FUSE mount as any user may make one over a directory of his: it answers EACCES to root without
/// asking its daemon. Nobody serves this one, so that waiting for an answer would never end.
class FuseTest : public MountsTest {
  protected:
    void mount_fuse(const std::string& at) {
        const std::string options_text = "rootmode=40000,user_id=" + std::to_string(db_id) +
                                         ",group_id=" + std::to_string(db_id) +
                                         ",fd=" + std::to_string(fuse.get());
        require(::mount("fuse", at.c_str(), "fuse", 0, options_text.c_str()) == 0, "mount fuse");
    }

    const sys::Fd fuse{::open("/dev/fuse", O_RDWR | O_CLOEXEC)};
};

TEST_F(FuseTest, T05_a_users_fuse_mount_is_refused_and_stops_nothing) {
    if (!fuse) GTEST_SKIP() << "/dev/fuse cannot be opened here";
    make_directory(data + "/fuse");
    give(data + "/fuse", db_id, db_id);
    make_file(data + "/file");
    mount_fuse(data + "/fuse");
    EXPECT_EQ(refusals(below().refused), Strings{"other-mount 1"});
    EXPECT_EQ(refusals(apply(give_data_to("db")).refused), Strings{"other-mount 1"});
    expect_owner(data + "/file", db_id);
}

TEST_F(FuseTest, T05_a_users_fuse_mount_on_a_declared_directory_does_not_block_the_others) {
    if (!fuse) GTEST_SKIP() << "/dev/fuse cannot be opened here";
    make_file(data + "/file");
    mount_fuse(logs);
    const Plan planned = provision();
    ASSERT_EQ(planned.refused.size(), 1u);
    EXPECT_EQ(planned.refused[0].subject, logs);
    EXPECT_EQ(planned.refused[0].reason.substr(0, 12), "other-mount:");
    expect_owner(data + "/file", db_id);
}

TEST_F(MountsTest, T05_a_declared_directory_may_be_a_mount_of_its_own) {
    sandbox.mount_tmpfs(logs);
    make_file(logs + "/file");
    const Plan planned = provision();
    EXPECT_TRUE(planned.refused.empty());
    expect_owner(logs, db_id);
    expect_owner(logs + "/file", db_id);
    EXPECT_TRUE(plan().changes.empty());
}

// overlayfs gives a file the device of its layer, and the directory around it one of its own.
TEST_F(MountsTest, a_file_on_an_overlay_lies_on_the_mount_of_its_directory) {
    for (const char* name : {"/lower", "/upper", "/work"}) make_directory(outside + name);
    sandbox.mount_tmpfs(outside + "/lower");  // on one file system all would have one device
    make_file(outside + "/lower/file");
    sandbox.mount_overlay(data, outside + "/lower", outside + "/upper", outside + "/work");
    make_file(data + "/new");
    ASSERT_NE(look_at(data + "/file").stx_dev_minor, look_at(data).stx_dev_minor);
    EXPECT_TRUE(provision().refused.empty());
    expect_owner(data + "/file", db_id);
    expect_owner(data + "/new", db_id);
}

TEST_F(MountsTest, T05_lost_and_found_at_the_root_of_a_file_system_belongs_to_it) {
    sandbox.mount_ext4(data, 8);
    make_file(data + "/lost+found/recovered");
    make_directory(data + "/deeper");
    make_directory(data + "/deeper/lost+found");
    const Plan planned = provision();
    EXPECT_TRUE(planned.refused.empty());
    expect_owner(data, db_id);
    expect_owner(data + "/lost+found", 0);
    expect_owner(data + "/lost+found/recovered", 0);
    expect_owner(data + "/deeper/lost+found", db_id);
    EXPECT_EQ(below(), BelowState{});
}

TEST_F(MountsTest, T05_lost_and_found_in_a_directory_that_is_no_mount_is_like_any_other) {
    make_directory(data + "/lost+found");
    provision();
    expect_owner(data + "/lost+found", db_id);
}

}  // namespace
}  // namespace jts::hot_storage::test
