#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "restore_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

using Kind = sys::RestoreVerdict::Kind;
using sys::DirectoryChange;

/// What a change did to the directory `data`, played by hand.
class RestoreDirectoryTest : public RestoreTest {
  protected:
    sys::Target target() const { return sys::find_target(layout, key); }
    EntryState now() const { return sys::state_of_target(target()); }

    template <typename Change>
    DirectoryChange changed_by(Change change) const {
        const EntryState prior = now();
        change();
        return {key, prior, now()};
    }

    DirectoryChange given_away() const {
        return changed_by([&] {
            give(data, other_id, other_id);
            require(::chmod(data.c_str(), 0700) == 0, "chmod");
        });
    }
    DirectoryChange created() const {
        require(::rmdir(data.c_str()) == 0, "rmdir");
        return changed_by([&] { make_directory(data, 0750); });
    }

    /// Why it is left; empty where it is put back or was.
    std::string why_left(const DirectoryChange& change) const {
        const auto verdict = sys::judge_restore(change, now());
        return verdict.kind == Kind::leave ? verdict.reason : "";
    }

    const DirectoryKey key{"db", "data"};
};

TEST_F(RestoreDirectoryTest, owner_and_mode_are_put_back_and_then_nothing_is_to_do) {
    const auto change = given_away();
    EXPECT_EQ(sys::judge_restore(change, now()).kind, Kind::restore);
    EXPECT_TRUE(sys::put_back(target(), now(), change.prior));
    expect_owner(data, db_id);
    EXPECT_EQ(mode_of(data), 0755u);
    EXPECT_EQ(sys::judge_restore(change, now()).kind, Kind::already);
}

TEST_F(RestoreDirectoryTest, what_somebody_gave_another_mode_since_is_touched) {
    const auto change = given_away();
    require(::chmod(data.c_str(), 0701) == 0, "chmod");
    EXPECT_EQ(why_left(change), sys::not_restored::touched);
}

TEST_F(RestoreDirectoryTest, another_directory_or_a_link_in_its_place_is_gone) {
    const auto change = given_away();
    require(::rename(data.c_str(), (db + "/away").c_str()) == 0, "rename");
    EXPECT_EQ(why_left(change), sys::not_restored::gone);
    make_symlink(db + "/away", data);
    EXPECT_EQ(why_left(change), sys::not_restored::gone);
    require(::unlink(data.c_str()) == 0, "unlink");
    make_directory(data, 0700);
    give(data, other_id, other_id);
    EXPECT_EQ(why_left(change), sys::not_restored::gone);
}

TEST_F(RestoreDirectoryTest, exchanged_between_look_and_change_it_is_stale_and_left_alone) {
    const auto change = given_away();
    const auto before = now();
    require(::rename(data.c_str(), (db + "/away").c_str()) == 0, "rename");
    make_directory(data, 0700);
    EXPECT_EQ(code_of([&] { sys::put_back(target(), before, change.prior); }),
              ErrorCode::plan_stale);
    expect_owner(data, 0);
    expect_owner(db + "/away", other_id);
}

TEST_F(RestoreDirectoryTest, an_immutable_one_is_named) {
    const std::string image = logs;
    sandbox.mount_ext4(image, 8);
    provision();
    const DirectoryKey logs_key{"db", "logs"};
    const auto state = [&] { return sys::state_of_target(sys::find_target(layout, logs_key)); };
    DirectoryChange change{logs_key, state(), {}};
    give(logs, other_id, other_id);
    change.left = state();
    set_immutable(logs, true);
    EXPECT_EQ(std::string(sys::judge_restore(change, state()).reason),
              sys::not_restored::immutable);
    set_immutable(logs, false);
}

TEST_F(RestoreDirectoryTest, special_bits_do_not_come_back_and_are_named) {
    require(::chmod(data.c_str(), 07755) == 0, "chmod");
    const auto change = given_away();
    const auto verdict = sys::judge_restore(change, now());
    EXPECT_EQ(verdict.kind, Kind::restore);
    EXPECT_EQ(std::string(verdict.reason), sys::not_restored::special_bits);
    EXPECT_TRUE(sys::put_back(target(), now(), change.prior));
    EXPECT_EQ(mode_of(data), 0755u);
}

TEST_F(RestoreDirectoryTest, what_was_created_is_removed_while_it_is_empty) {
    const auto change = created();
    EXPECT_EQ(sys::judge_restore(change, now()).kind, Kind::restore);
    EXPECT_TRUE(sys::put_back(target(), now(), change.prior));
    EXPECT_EQ(now().type, EntryState::Type::missing);
    EXPECT_EQ(sys::judge_restore(change, now()).kind, Kind::already);
}

TEST_F(RestoreDirectoryTest, what_was_created_and_holds_something_stays) {
    const auto change = created();
    make_file(data + "/file");
    EXPECT_TRUE(sys::holds_others(target(), {}));
    EXPECT_FALSE(sys::holds_others(target(), {"file"}));
    EXPECT_FALSE(sys::put_back(target(), now(), change.prior));
    EXPECT_EQ(look_at(data + "/file").stx_uid, 0u);
}

TEST_F(RestoreDirectoryTest, what_took_the_place_of_a_created_one_stays) {
    const auto change = created();
    const auto before = now();
    require(::rename(data.c_str(), (db + "/away").c_str()) == 0, "rename");
    make_directory(data);
    EXPECT_EQ(why_left(change), sys::not_restored::gone);
    EXPECT_FALSE(sys::put_back(target(), before, change.prior));
    EXPECT_EQ(now().type, EntryState::Type::directory);
}

TEST_F(RestoreDirectoryTest, what_was_removed_is_made_again_with_its_owner_and_mode) {
    const auto change = changed_by([&] { require(::rmdir(data.c_str()) == 0, "rmdir"); });
    EXPECT_EQ(sys::judge_restore(change, now()).kind, Kind::restore);
    EXPECT_TRUE(sys::put_back(target(), now(), change.prior));
    expect_owner(data, db_id);
    EXPECT_EQ(mode_of(data), 0755u);
    EXPECT_EQ(why_left(change), sys::not_restored::touched) << "something is there again";
}

}  // namespace
}  // namespace jts::hot_storage::test
