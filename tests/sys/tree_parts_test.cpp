#include <gtest/gtest.h>
#include <unistd.h>

#include "core/plan.hpp"
#include "support/sandbox.hpp"
#include "sys/acl_codec.hpp"
#include "sys/mounts.hpp"
#include "sys/processes.hpp"

namespace jts::hot_storage::test {
namespace {

using Tag = AclLine::Tag;

TEST(AclCodec, gives_back_what_it_was_given_in_the_kernels_order) {
    const std::vector<AclLine> lines{{false, Tag::user_obj, 0, 7},
                                     {false, Tag::user, 4'000'000'000, 5},
                                     {false, Tag::group_obj, 0, 5},
                                     {false, Tag::mask, 0, 5},
                                     {false, Tag::other, 0, 0}};
    std::vector<AclLine> shuffled(lines.rbegin(), lines.rend());
    shuffled.push_back({true, Tag::user_obj, 0, 7});
    EXPECT_EQ(sys::decode_acl(sys::encode_acl(shuffled, false), false), lines);
}

TEST(AclCodec, makes_no_attribute_of_no_lines) {
    EXPECT_EQ(sys::encode_acl({{true, Tag::user_obj, 0, 7}}, false), "");
}

TEST(AclCodec, refuses_bytes_that_are_no_acl) {
    using namespace std::string_literals;
    for (const std::string& bytes :
         {""s, "\2\0\0"s, "\1\0\0\0"s, "\2\0\0\0\1"s, "\2\0\0\0\3\0\7\0\377\377\377\377"s})
        EXPECT_THROW(sys::decode_acl(bytes, false), Error);
}

TEST(MountInfo, finds_the_mount_point_by_id_and_undoes_its_escapes) {
    const std::string text =
        "21 1 8:1 / / rw - ext4 /dev/a rw\n"
        "22 21 8:2 / /data/with\\040space rw,noatime shared:1 - ext4 /dev/b rw\n";
    EXPECT_EQ(sys::mount_point_in(text, 21), "/");
    EXPECT_EQ(sys::mount_point_in(text, 22), "/data/with space");
    EXPECT_EQ(sys::mount_point_in(text, 2), "/");
}

class ProcessesTest : public ::testing::Test {
  protected:
    ProcessesTest() {
        make_directory(proc);
        make_directory(proc + "/1");
        make_file(proc + "/1/status", 0444, "Name:\tinit\nUid:\t7\t7\t7\t7\n");
        make_directory(proc + "/17");
        make_file(proc + "/17/status", 0444, "Name:\tx\nUid:\t1\t22\t333\t4000000000\nGid:\t9\n");
        make_file(proc + "/loadavg", 0444, "0.00 0.00 0.00 1/1 17\n");
    }

    Sandbox sandbox;
    const std::string proc = "/mnt/proc";
};

TEST_F(ProcessesTest, T03_any_of_a_processs_four_ids_is_its_accounts) {
    for (const std::uint32_t uid : {1u, 22u, 333u, 4'000'000'000u})
        EXPECT_TRUE(sys::has_process(uid, proc)) << uid;
    for (const std::uint32_t uid : {0u, 2u, 9u}) EXPECT_FALSE(sys::has_process(uid, proc)) << uid;
}

TEST_F(ProcessesTest, T03_where_others_processes_are_hidden_every_account_may_have_one) {
    EXPECT_FALSE(sys::has_process(2, proc));
    require(::unlink((proc + "/1/status").c_str()) == 0, "unlink");
    EXPECT_TRUE(sys::has_process(2, proc));
}

TEST_F(ProcessesTest, T03_the_machines_own_processes_are_seen) {
    EXPECT_TRUE(sys::has_process(::getuid()));
    EXPECT_FALSE(sys::has_process(3'999'999'999));
}

TEST_F(ProcessesTest, T03_a_process_that_appears_ends_the_stillness_for_good) {
    sys::Stillness stillness(44, proc);
    EXPECT_TRUE(stillness.holds());
    make_directory(proc + "/18");
    make_file(proc + "/18/status", 0444, "Name:\ty\nUid:\t44\t44\t44\t44\n");
    require(::unlink((proc + "/loadavg").c_str()) == 0, "unlink");
    make_file(proc + "/loadavg", 0444, "0.00 0.00 0.00 1/2 18\n");
    EXPECT_FALSE(stillness.holds());
    require(::unlink((proc + "/18/status").c_str()) == 0, "unlink");
    EXPECT_FALSE(stillness.holds());
}

}  // namespace
}  // namespace jts::hot_storage::test
