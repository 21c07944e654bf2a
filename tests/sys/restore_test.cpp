#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/fs.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "restore_fixture.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::test {
namespace {

using Strings = std::vector<std::string>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RestoreBelowTest : public RestoreTest {
  protected:
    RestoreBelowTest() {
        make_directory(directory);
        for (const std::string& path : {file, inner}) make_file(path);
    }

    const std::string file = data + "/file", directory = data + "/directory",
                      inner = directory + "/inner";
};

TEST_F(RestoreBelowTest, what_nobody_touched_gets_back_the_owner_it_had_each_its_own) {
    make_symlink(secret, data + "/link");
    require(::mkfifo((data + "/fifo").c_str(), 0600) == 0, "mkfifo");
    give(inner, other_id, 77);
    give(data + "/link", 78, 79);
    change();
    expect_owner(inner, db_id);
    const BelowState back = restore();
    EXPECT_EQ(back.foreign, 5u);
    EXPECT_THAT(back.refused, IsEmpty());
    for (const std::string& path : {file, directory, data + "/fifo"}) expect_owner(path, 0);
    EXPECT_EQ(look_at(inner).stx_uid, other_id);
    EXPECT_EQ(look_at(inner).stx_gid, 77u);
    EXPECT_EQ(look_at(data + "/link").stx_uid, 78u);
    expect_outside_untouched();
}

TEST_F(RestoreBelowTest, what_the_service_wrote_or_gave_new_rights_is_touched_and_stays) {
    make_file(data + "/mode");
    change();
    require(::truncate(file.c_str(), 0) == 0, "truncate");
    require(::chmod((data + "/mode").c_str(), 0600) == 0, "chmod");
    const BelowState back = restore();
    EXPECT_EQ(reasons(back), Strings{"touched 2"});
    EXPECT_THAT(back.refused.front().examples, ElementsAre(file, data + "/mode"));
    EXPECT_EQ(back.foreign, 2u);
    expect_owner(file, db_id);
    expect_owner(inner, 0);
}

TEST_F(RestoreBelowTest, what_somebody_gave_to_a_third_is_touched_a_directory_too) {
    change();
    give(file, other_id, other_id);
    give(directory, other_id, other_id);
    EXPECT_EQ(reasons(restore()), Strings{"touched 2"});
    expect_owner(file, other_id);
    expect_owner(directory, other_id);
}

TEST_F(RestoreBelowTest, a_directory_in_which_files_came_and_went_is_given_back) {
    change();
    make_file(directory + "/new");
    give(directory + "/new", db_id, db_id);
    EXPECT_EQ(restore().foreign, 3u);
    expect_owner(directory, 0);
    expect_owner(directory + "/new", db_id);
}

TEST_F(RestoreBelowTest, what_is_removed_renamed_or_exchanged_is_gone_and_what_is_there_stays) {
    for (const char* name : {"/removed", "/renamed", "/first"}) make_file(data + name);
    change();
    require(::unlink((data + "/removed").c_str()) == 0, "unlink");
    require(::rename((data + "/renamed").c_str(), (data + "/elsewhere").c_str()) == 0, "rename");
    require(::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, (data + "/first").c_str(),
                        RENAME_EXCHANGE) == 0,
            "exchange");
    EXPECT_EQ(reasons(restore()), Strings{"gone 4"});
    for (const char* name : {"/elsewhere", "/file", "/first"}) expect_owner(data + name, db_id);
}

TEST_F(RestoreBelowTest, what_is_replaced_by_a_link_is_gone_and_nobody_follows_the_link) {
    make_file(outside + "/inner");
    give(outside + "/inner", db_id, db_id);
    change();
    require(::unlink(file.c_str()) == 0, "unlink");
    make_symlink(outside + "/inner", file);
    require(::rename(directory.c_str(), (data + "/away").c_str()) == 0, "rename");
    make_symlink(outside, directory);
    EXPECT_EQ(reasons(restore()), Strings{"gone 3"});
    expect_owner(outside + "/inner", db_id);
    expect_outside_untouched();
}

TEST_F(RestoreBelowTest, a_link_back_to_the_directory_that_was_moved_leads_nowhere_either) {
    change();
    require(::rename(directory.c_str(), (outside + "/moved").c_str()) == 0, "rename");
    make_symlink(outside + "/moved", directory);
    EXPECT_EQ(reasons(restore()), Strings{"gone 2"});
    expect_owner(outside + "/moved/inner", db_id);
}

TEST_F(RestoreBelowTest, another_mount_over_a_directory_is_not_entered_even_with_the_same_files) {
    make_directory(outside + "/same");
    change();
    sandbox.bind(directory, outside + "/same");
    sandbox.mount_tmpfs(directory);
    make_file(inner);
    give(inner, db_id, db_id);
    EXPECT_EQ(reasons(restore()), Strings{"gone 2"});
    expect_owner(inner, db_id);
    require(::umount(directory.c_str()) == 0, "umount");
    sandbox.bind(outside + "/same", directory);
    const BelowState back = restore();
    require(::umount(directory.c_str()) == 0, "umount");
    EXPECT_EQ(reasons(back), Strings{"gone 2"});
    expect_owner(inner, db_id);
}

TEST_F(RestoreBelowTest,
       another_mount_over_the_declared_directory_holds_nothing_of_what_is_sought) {
    change();
    sandbox.mount_tmpfs(data);
    make_file(file);
    EXPECT_EQ(reasons(restore()), Strings{"gone 3"});
    require(::umount(data.c_str()) == 0, "umount");
    expect_owner(file, db_id);
}

TEST_F(RestoreBelowTest, without_the_declared_directory_the_record_is_stale) {
    change();
    require(::rename(db.c_str(), (base + "/away").c_str()) == 0, "rename");
    EXPECT_EQ(code_of([&] { restore(); }), ErrorCode::plan_stale);
    make_symlink(base + "/away", db);
    EXPECT_EQ(code_of([&] { restore(); }), ErrorCode::plan_stale);
    expect_owner(base + "/away/data/file", db_id);
}

TEST_F(RestoreBelowTest, an_immutable_directory_is_named_and_does_not_stop_the_rest) {
    sandbox.mount_ext4(data, 8);
    provision();
    make_directory(directory);
    make_file(inner);
    change();
    set_immutable(directory, true);
    const BelowState back = restore();
    set_immutable(directory, false);
    EXPECT_EQ(reasons(back), Strings{"immutable 1"});
    expect_owner(directory, db_id);
    expect_owner(inner, 0);
}

TEST_F(RestoreBelowTest, a_file_with_two_names_is_given_back_once) {
    require(::link(file.c_str(), (directory + "/again").c_str()) == 0, "link");
    change();
    expect_owner(file, db_id);
    const BelowState back = restore();
    EXPECT_EQ(back.foreign, 3u);
    EXPECT_THAT(back.refused, IsEmpty());
    expect_owner(file, 0);
}

TEST_F(RestoreBelowTest, a_file_that_got_a_second_name_is_touched) {
    change();
    require(::link(file.c_str(), (data + "/again").c_str()) == 0, "link");
    EXPECT_EQ(reasons(restore()), Strings{"touched 1"});
    expect_owner(file, db_id);
}

TEST_F(RestoreBelowTest, special_bits_and_capabilities_do_not_come_back_and_are_named) {
    make_file(data + "/suid", 04755);
    make_file(data + "/sgid", 02755);
    make_file(data + "/able", 0755);
    // CAP_NET_RAW, permitted and effective; as setcap writes it.
    constexpr unsigned char able[20] = {1, 0, 0, 2, 0, 0x20};
    require(::setxattr((data + "/able").c_str(), "security.capability", able, sizeof able, 0) == 0,
            "setxattr");
    change();
    const BelowState back = restore();
    EXPECT_EQ(back.foreign, 6u);
    EXPECT_EQ(reasons(back), Strings{"special-bits 3"});
    for (const char* name : {"/suid", "/sgid", "/able"}) {
        expect_owner(data + name, 0);
        EXPECT_EQ(mode_of(data + name), 0755u) << name;
        EXPECT_LT(::getxattr((data + name).c_str(), "security.capability", nullptr, 0), 0);
    }
}

TEST_F(RestoreBelowTest, of_what_a_crash_left_untold_only_what_was_not_given_needs_no_word) {
    change();
    log.outcomes.clear();
    give(file, 0, 0);
    const BelowState back = restore();
    EXPECT_EQ(reasons(back), Strings{"touched 2"});
    EXPECT_EQ(back.refused.front().reason, sys::not_restored::unknown);
    expect_owner(inner, db_id);
}

TEST_F(RestoreBelowTest, what_the_change_left_alone_is_left_alone_without_a_word) {
    change();
    for (auto& [number, left] : log.outcomes) left.clear();
    const BelowState back = restore();
    EXPECT_EQ(back, BelowState{});
    expect_owner(file, db_id);
}

TEST_F(RestoreBelowTest, a_rehearsal_counts_and_changes_and_records_nothing) {
    change();
    MemoryLog unused;
    sys::RestoreOptions how;
    how.dry_run = true;
    how.log = &unused;
    EXPECT_EQ(restore(log, how).foreign, 3u);
    EXPECT_THAT(unused.batches, IsEmpty());
    expect_owner(file, db_id);
}

TEST_F(RestoreBelowTest, what_was_given_back_can_be_given_once_more_by_its_own_record) {
    for (int i = 0; i < 600; ++i) make_file(directory + "/" + std::to_string(i));
    change();
    MemoryLog second, third;
    sys::RestoreOptions how;
    how.log = &second;
    how.threads = 3;
    EXPECT_EQ(restore(log, how).foreign, 603u);
    expect_owner(inner, 0);
    how.log = &third;
    EXPECT_EQ(restore(second, how).foreign, 603u);
    expect_owner(inner, db_id);
}

TEST_F(RestoreBelowTest, a_stop_ends_it_and_the_record_says_what_was_given_back_before) {
    change();
    std::stop_source stop;
    stop.request_stop();
    MemoryLog second;
    sys::RestoreOptions how;
    how.log = &second;
    sys::Tally tally;
    sys::BatchRestore batch(layout, log.batches.at(0), log.outcomes.at(0), how);
    const auto stopped = [&] { batch.run(stop.get_token(), tally); };
    EXPECT_EQ(code_of(stopped), ErrorCode::cancelled);
    EXPECT_THAT(second.outcomes.at(0), IsEmpty());
}

TEST_F(RestoreBelowTest, three_thousand_directories_one_in_another_are_given_back) {
    sys::Fd current(::open(data.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    constexpr std::uint64_t depth = 3000;
    for (std::uint64_t i = 0; i < depth; ++i) {
        require(::mkdirat(current.get(), "d", 0755) == 0, "mkdirat");
        current = sys::Fd(::openat(current.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    change();
    const auto owner_of_the_last = [&] {
        sys::Look seen;
        require(sys::look(current.get(), seen) == 0, "look");
        return seen.stx_uid;
    };
    EXPECT_EQ(owner_of_the_last(), db_id);
    EXPECT_EQ(restore().foreign, depth + 3);
    EXPECT_EQ(owner_of_the_last(), 0u);
}

}  // namespace
}  // namespace jts::hot_storage::test
