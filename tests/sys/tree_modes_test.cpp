#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <set>
#include <thread>
#include <tuple>

#include "sys/acl.hpp"
#include "sys/path.hpp"
#include "tree_fixture.hpp"
#include "tree_naive.hpp"

namespace jts::hot_storage::test {
namespace {

using Tag = AclLine::Tag;

class ModesTest : public TreeTest {
  protected:
    ModesTest() { provision(); }

    static sys::Fd open_directory(const std::string& path) {
        return sys::open_for_reading(sys::open_if_directory(path).get(), path);
    }
    static std::vector<AclLine> acl_of(const std::string& path) {
        return sys::read_acl(open_directory(path).get(), path);
    }
    static void set_acl(const std::string& path, const std::vector<AclLine>& lines) {
        sys::write_acl(open_directory(path).get(), path, lines);
    }
    static std::vector<AclLine> lines_for(std::uint32_t user, bool is_default) {
        return {{is_default, Tag::user_obj, 0, 7},
                {is_default, Tag::user, user, 7},
                {is_default, Tag::group_obj, 0, 5},
                {is_default, Tag::mask, 0, 7},
                {is_default, Tag::other, 0, 0}};
    }
    static std::vector<AclLine> both_for(std::uint32_t user) {
        std::vector<AclLine> lines = lines_for(user, false);
        std::ranges::copy(lines_for(user, true), std::back_inserter(lines));
        return lines;
    }
};

TEST_F(ModesTest, T06_files_lose_special_bits_with_their_owner) {
    make_file(data + "/6755", 06755);
    make_file(data + "/2755", 02755);
    make_file(data + "/4700", 04700);
    provision();
    for (const char* name : {"/6755", "/2755", "/4700"}) expect_owner(data + name, db_id);
    EXPECT_EQ(mode_of(data + "/6755"), 0755u);
    EXPECT_EQ(mode_of(data + "/2755"), 0755u);
    EXPECT_EQ(mode_of(data + "/4700"), 0700u);
}

TEST_F(ModesTest, T06_putting_the_mode_back_by_path_gives_the_new_owner_the_special_bits) {
    make_file(data + "/6755", 06755);
    naive_set_owner_and_mode(data + "/6755", db_id, 06755);
    EXPECT_EQ(mode_of(data + "/6755"), 06755u) << "the attack does not bite";
}

TEST_F(ModesTest, T06_files_lose_special_bits_where_only_their_group_changes) {
    make_file(data + "/file", 06755);
    give(data + "/file", db_id, other_id);
    require(::chmod((data + "/file").c_str(), 06755) == 0, "chmod");
    provision();
    expect_owner(data + "/file", db_id);
    EXPECT_EQ(mode_of(data + "/file"), 0755u);
}

TEST_F(ModesTest, T06_files_lose_capabilities_with_their_owner) {
    const std::string file = data + "/capable";
    make_file(file, 0755);
    run_program({"/sbin/setcap", "cap_net_raw+ep", file});
    ASSERT_GT(::lgetxattr(file.c_str(), "security.capability", nullptr, 0), 0);
    provision();
    expect_owner(file, db_id);
    EXPECT_EQ(::lgetxattr(file.c_str(), "security.capability", nullptr, 0), -1);
    EXPECT_EQ(errno, ENODATA);
}

TEST_F(ModesTest, T06_declared_directories_keep_no_special_bit) {
    for (const std::string& path : {base, db, data}) {
        require(::chmod(path.c_str(), 07755) == 0, "chmod");
        provision();
        EXPECT_EQ(mode_of(path) & 07000, 0u) << path;
        require(::chmod(path.c_str(), 07755) == 0 && ::chown(path.c_str(), other_id, 0) == 0, path);
        if (path == base) require(::chown(path.c_str(), 0, other_id) == 0, path);
        provision();
        EXPECT_EQ(mode_of(path) & 07000, 0u) << path;
    }
}

TEST_F(ModesTest, T06_a_new_directory_inherits_neither_set_group_id_nor_acl) {
    set_acl(db, both_for(other_id));
    require(::chmod(db.c_str(), 02770) == 0, "chmod");
    require(::rmdir(data.c_str()) == 0, "rmdir");
    PlannedChange change;
    change.change.kind = ChangeKind::create_directory;
    change.target = {"db", "data"};
    change.owner = change.group = "db";
    change.mode = 0755;
    apply(change);
    EXPECT_EQ(mode_of(data), 0755u);
    EXPECT_EQ(acl_of(data), std::vector<AclLine>{});
    expect_owner(data, db_id);
}

TEST_F(ModesTest, modes_below_declared_directories_are_left_alone) {
    make_directory(data + "/d", 02775);
    make_file(data + "/f", 0666);
    provision();
    EXPECT_EQ(mode_of(data + "/d"), 02775u);
    EXPECT_EQ(mode_of(data + "/f"), 0666u);
}

using State = std::tuple<std::uint32_t, std::uint32_t, unsigned>;

State state_of(const std::string& path) {
    const sys::Look seen = look_at(path);
    return {seen.stx_uid, seen.stx_gid, seen.stx_mode & 07777u};
}

/// Everything that another process could have seen of the directory. A state counts when seen twice
/// in a row: one look may read the mode before a change and the owner after it.
class Sampler {
  public:
    Sampler(const std::string& path, const State& watched)
        : thread_([this, path, watched](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  const State state = state_of(path);
                  if (state != state_of(path)) continue;
                  states_.insert(state);
                  samples_.fetch_add(1, std::memory_order_relaxed);
                  if (state == watched) has_seen_watched_ = true;
              }
          }) {}

    unsigned long samples() const { return samples_; }
    bool has_seen_watched() const { return has_seen_watched_; }
    std::set<State> stop() {
        thread_.request_stop();
        thread_.join();
        return states_;
    }

  private:
    std::set<State> states_;
    std::atomic<unsigned long> samples_ = 0;
    std::atomic<bool> has_seen_watched_ = false;
    std::jthread thread_;
};

class WindowTest : public ModesTest {
  protected:
    /// What was open to others becomes the service's, for itself alone.
    void reset() {
        require(::chmod(data.c_str(), 0700) == 0, "chmod");
        give(data, other_id, other_id);
        require(::chmod(data.c_str(), 0707) == 0, "chmod");
    }
    const State too_wide{db_id, db_id, 0707};
};

TEST_F(WindowTest, T07_owner_then_mode_leaves_a_window_that_is_too_wide) {
    constexpr int most_rounds = 1'000'000;
    Sampler sampler(data, too_wide);
    for (int round = 0; round < most_rounds && !sampler.has_seen_watched(); ++round) {
        reset();
        naive_set_owner_and_mode(data, db_id, 0750);
    }
    EXPECT_TRUE(sampler.has_seen_watched()) << "the sampling sees nothing";
}

TEST_F(WindowTest, T07_owner_and_mode_together_are_never_too_wide) {
    spec("data").mode = 0750;
    spec("data").policy = Policy::exact;
    Sampler sampler(data, too_wide);
    for (int round = 0; round < 300 || sampler.samples() < 3000; ++round) {
        reset();
        provision();
        ASSERT_EQ(mode_of(data), 0750u);
    }
    const std::set<State> allowed{{db_id, db_id, 0755},
                                  {db_id, db_id, 0700},
                                  {db_id, db_id, 0750},
                                  {other_id, other_id, 0700},
                                  {other_id, other_id, 0707}};
    for (const State& state : sampler.stop())
        EXPECT_TRUE(allowed.contains(state))
            << std::get<0>(state) << " " << std::oct << std::get<2>(state);
}

TEST_F(ModesTest, T08_left_over_acls_on_declared_directories_are_seen_and_removed) {
    for (const std::string& path : {base, db, data}) {
        set_acl(path, both_for(other_id));
        EXPECT_FALSE(plan().changes.empty()) << path;
        provision();
        EXPECT_EQ(acl_of(path), std::vector<AclLine>{}) << path;
        EXPECT_TRUE(plan().changes.empty()) << path;
    }
    EXPECT_EQ(mode_of(base), 0755u);
    EXPECT_EQ(mode_of(db), 0750u);
}

TEST_F(ModesTest, T08_setting_owner_and_mode_by_path_leaves_an_acl_that_grants_more) {
    set_acl(data, both_for(other_id));
    naive_set_owner_and_mode(data, db_id, 0755);
    EXPECT_NE(acl_of(data), std::vector<AclLine>{}) << "the attack does not bite";
}

TEST_F(ModesTest, T08_the_layouts_own_acl_is_set_on_what_is_there_and_on_what_is_created) {
    spec("data").acl = {{false, AclEntry::Tag::user, "other", 5},
                        {true, AclEntry::Tag::group, "other", 4}};
    provision();
    const std::vector<AclLine> set = acl_of(data);
    EXPECT_NE(std::ranges::find(set, AclLine{false, Tag::user, other_id, 5}), set.end());
    EXPECT_NE(std::ranges::find(set, AclLine{true, Tag::group, other_id, 4}), set.end());
    EXPECT_TRUE(plan().changes.empty());
    require(::rmdir(data.c_str()) == 0, "rmdir");
    provision();
    EXPECT_EQ(acl_of(data), set);
    EXPECT_TRUE(plan().changes.empty());
}

TEST_F(ModesTest, T08_acls_below_declared_directories_are_left_alone) {
    make_directory(data + "/d");
    set_acl(data + "/d", both_for(other_id));
    const std::vector<AclLine> before = acl_of(data + "/d");
    provision();
    expect_owner(data + "/d", db_id);
    EXPECT_EQ(acl_of(data + "/d"), before);
}

TEST_F(ModesTest, T18_ids_over_two_to_the_31_are_ids_like_any_other) {
    constexpr std::uint32_t high = 4'000'000'000;
    accounts.users[1].uid = accounts.users[1].gid = accounts.groups[1].gid = high;
    make_file(data + "/file");
    provision();
    for (const std::string& path : {db, data, data + "/file"}) expect_owner(path, high);
    EXPECT_TRUE(plan().changes.empty());
}

TEST_F(ModesTest, T18_the_id_that_chown_takes_for_none_is_refused) {
    accounts.users[1].uid = 0xffffffff;
    make_file(data + "/file");
    EXPECT_EQ(code_of([&] { apply(give_data_to("db")); }), ErrorCode::failed);
    expect_owner(data + "/file", 0);
}

TEST_F(ModesTest, below_owner_leaves_groups_alone) {
    for (const char* directory : {"", "data", "logs"}) spec(directory).below = Below::owner;
    make_file(data + "/wrong_owner");
    make_file(data + "/wrong_group");
    give(data + "/wrong_owner", other_id, other_id);
    give(data + "/wrong_group", db_id, other_id);
    EXPECT_EQ(below().foreign, 1u);
    provision();
    EXPECT_EQ(look_at(data + "/wrong_owner").stx_uid, db_id);
    EXPECT_EQ(look_at(data + "/wrong_owner").stx_gid, other_id);
    EXPECT_EQ(look_at(data + "/wrong_group").stx_gid, other_id);
}

TEST_F(ModesTest, everything_is_foreign_to_an_account_yet_to_be_made) {
    accounts.users.erase(accounts.users.begin() + 1);
    accounts.groups.erase(accounts.groups.begin() + 1);
    make_file(data + "/file");
    give(data + "/file", db_id, db_id);
    EXPECT_EQ(below().foreign, 1u);
}

}  // namespace
}  // namespace jts::hot_storage::test
