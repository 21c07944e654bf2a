#include <unistd.h>

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

TEST_F(MountsTest, T05_a_declared_directory_may_be_a_mount_of_its_own) {
    sandbox.mount_tmpfs(logs);
    make_file(logs + "/file");
    const Plan planned = provision();
    EXPECT_TRUE(planned.refused.empty());
    expect_owner(logs, db_id);
    expect_owner(logs + "/file", db_id);
    EXPECT_TRUE(plan().changes.empty());
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
