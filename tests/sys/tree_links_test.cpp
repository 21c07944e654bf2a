#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory_log.hpp"
#include "tree_fixture.hpp"
#include "tree_naive.hpp"

namespace jts::hot_storage::test {
namespace {

using Strings = std::vector<std::string>;

class LinksTest : public TreeTest {
  protected:
    LinksTest() { provision(); }

    static void link(const std::string& from, const std::string& to) {
        require(::link(from.c_str(), to.c_str()) == 0, "link " + to);
    }

    void set_protected_hardlinks(const std::string& value) {
        options.facts.protected_hardlinks = "/mnt/protected_hardlinks";
        make_file(options.facts.protected_hardlinks, 0644, value);
    }

    const std::string one = data + "/one", two = data + "/two";
};

TEST_F(LinksTest, T12_a_name_that_lies_too_deep_is_told_and_never_recorded) {
    const std::string name(255, 'd');
    make_file(one);
    sys::Fd deep(::open(data.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (std::size_t length = data.size(); length <= 2 * sys::max_given_path; length += 256) {
        require(::mkdirat(deep.get(), name.c_str(), 0755) == 0, "mkdirat");
        require(::fchownat(deep.get(), name.c_str(), db_id, db_id, 0) == 0, "fchownat");
        deep = sys::Fd(::openat(deep.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    require(::linkat(AT_FDCWD, one.c_str(), deep.get(), "two", 0) == 0, "linkat");
    MemoryLog log;
    options.log = &log;
    const auto refused = refusals(apply(give_data_to("db")).refused);
    EXPECT_EQ(refused, (std::vector<std::string>{"hard-link 1", "too-deep 1"}));
    ASSERT_FALSE(log.batches.empty());
    for (const sys::BatchRecord& batch : log.batches)
        for (const sys::DirectoryRecord& directory : batch.directories)
            EXPECT_LE(directory.path.size(), sys::max_given_path);
}

TEST_F(LinksTest, T02_symlinks_at_every_depth_change_owner_themselves_and_lead_nowhere) {
    std::string directory = data;
    for (int depth = 0; depth < 5; ++depth, directory += "/d") {
        if (depth > 0) make_directory(directory);
        make_symlink(outside, directory + "/to_directory");
        make_symlink(secret, directory + "/to_file");
    }
    provision();
    expect_outside_untouched();
    expect_owner(data + "/d/d/to_file", db_id);
    expect_owner(data + "/d/d/d/d/to_directory", db_id);
    EXPECT_EQ(below().foreign, 0u);
}

TEST_F(LinksTest, T02_a_declared_directory_that_is_a_symlink_is_refused_and_nothing_below_touched) {
    require(::rmdir(data.c_str()) == 0, "rmdir");
    make_symlink(outside, data);
    const Plan planned = provision();
    EXPECT_TRUE(planned.changes.empty());
    ASSERT_EQ(planned.refused.size(), 1u);
    EXPECT_EQ(planned.refused.front().reason.rfind("symlink: ", 0), 0u);
    expect_outside_untouched();
}

TEST_F(LinksTest, T02_a_declared_directory_that_is_a_symlink_leads_a_change_by_path_outside) {
    require(::rmdir(data.c_str()) == 0, "rmdir");
    make_symlink(outside, data);
    naive_set_owner_and_mode(data, db_id, 0755);
    EXPECT_EQ(look_at(outside).stx_uid, db_id) << "the attack does not bite";
}

TEST_F(LinksTest, T02_a_directory_replaced_since_the_plan_makes_the_plan_stale) {
    for (const ChangeKind kind : {ChangeKind::set_owner, ChangeKind::set_mode, ChangeKind::set_acl,
                                  ChangeKind::set_owner_below}) {
        PlannedChange change = give_data_to("other");
        change.change.kind = kind;
        change.mode = 0700;
        require(::rmdir(data.c_str()) == 0, "rmdir");
        make_directory(data, 0755);
        EXPECT_EQ(code_of([&] { apply(change); }), ErrorCode::plan_stale);
        expect_owner(data, 0);
        EXPECT_EQ(mode_of(data), 0755u);
    }
}

TEST_F(LinksTest, T02_something_in_the_place_of_a_directory_to_create_makes_the_plan_stale) {
    require(::rmdir(data.c_str()) == 0, "rmdir");
    const Plan planned = plan();
    ASSERT_EQ(planned.changes.size(), 1u);
    make_symlink(outside, data);
    EXPECT_EQ(code_of([&] { apply(planned.changes.front()); }), ErrorCode::plan_stale);
    expect_outside_untouched();
}

TEST_F(LinksTest, T03_a_hard_link_to_a_file_outside_is_refused_by_plan_and_changer_alike) {
    link(secret, data + "/innocent");
    const BelowState seen = below();
    EXPECT_EQ(seen.foreign, 0u);
    EXPECT_EQ(refusals(seen.refused), Strings{"hard-link 1"});
    EXPECT_EQ(seen.refused.front().examples, Strings{data + "/innocent"});
    EXPECT_EQ(refusals(apply(give_data_to("db")).refused), Strings{"hard-link 1"});
    expect_outside_untouched();
}

TEST_F(LinksTest, T03_a_hard_link_to_a_file_outside_is_given_away_by_a_walk_by_path) {
    link(secret, data + "/innocent");
    naive_chown(data, db_id);
    EXPECT_EQ(look_at(secret).stx_uid, db_id) << "the attack does not bite";
}

TEST_F(LinksTest, T03_a_file_whose_names_are_all_inside_is_given) {
    make_file(one);
    link(one, two);
    EXPECT_EQ(below().foreign, 2u);
    EXPECT_EQ(apply(give_data_to("db")).entries, 2u);
    expect_owner(one, db_id);
    EXPECT_EQ(below(), BelowState{});
}

TEST_F(LinksTest, T03_names_in_two_directories_of_one_service_count_together) {
    make_file(one);
    link(one, logs + "/two");
    provision();
    expect_owner(one, db_id);
    EXPECT_TRUE(plan().changes.empty());
}

TEST_F(LinksTest, T03_names_in_a_directory_of_another_owner_do_not_count) {
    spec("logs").owner = "other";
    make_file(one);
    link(one, logs + "/two");
    EXPECT_EQ(refusals(below().refused), Strings{"hard-link 1"});
    EXPECT_EQ(refusals(below("logs").refused), Strings{"hard-link 1"});
    EXPECT_EQ(refusals(apply(give_data_to("db")).refused), Strings{"hard-link 1"});
    expect_owner(one, 0);
}

TEST_F(LinksTest, T03_names_below_a_directory_that_is_not_walked_do_not_count) {
    spec("logs").below = Below::declared_only;
    make_file(one);
    link(one, logs + "/two");
    provision();
    expect_owner(one, 0);
}

TEST_F(LinksTest, T03_a_right_owned_file_may_have_names_anywhere) {
    make_file(one);
    give(one, db_id, db_id);
    link(one, outside + "/two");
    EXPECT_EQ(below(), BelowState{});
}

TEST_F(LinksTest, T03_more_files_than_can_be_counted_are_refused) {
    options.max_hard_links = 1;
    for (const std::string& name : {one, two}) {
        make_file(name);
        link(name, name + "_again");
    }
    const BelowState seen = below();
    EXPECT_EQ(seen.foreign, 2u);
    EXPECT_EQ(refusals(seen.refused), Strings{"hard-link 2"});
    const sys::ChangeOutcome outcome = apply(give_data_to("db"));
    EXPECT_EQ(outcome.entries, 2u);
    EXPECT_EQ(refusals(outcome.refused), Strings{"hard-link 2"});
}

TEST_F(LinksTest, T03_without_protected_hardlinks_every_foreign_file_is_refused) {
    set_protected_hardlinks("0\n");
    make_file(one);
    make_symlink("nowhere", two);
    make_directory(data + "/directory");
    const BelowState seen = below();
    EXPECT_EQ(seen.foreign, 1u);
    EXPECT_EQ(refusals(seen.refused), Strings{"hard-link 2"});
    const sys::ChangeOutcome outcome = apply(give_data_to("db"));
    EXPECT_EQ(outcome.entries, 1u);
    EXPECT_EQ(refusals(outcome.refused), Strings{"hard-link 2"});
    expect_owner(one, 0);
    expect_owner(data + "/directory", db_id);
}

TEST_F(LinksTest, T03_an_unreadable_sysctl_counts_as_unprotected) {
    options.facts.protected_hardlinks = "/mnt/absent";
    make_file(one);
    EXPECT_EQ(refusals(below().refused), Strings{"hard-link 1"});
}

/// Another value in the place of the machine's own sysctl, for this process alone: the sysctl
/// itself is one for all that runs beside.
class MaskedSysctl {
  public:
    MaskedSysctl(const Sandbox& sandbox, const std::string& value) {
        make_file(mask, 0644, value);
        sandbox.bind(mask, path);
    }
    ~MaskedSysctl() {
        ::umount2(path, MNT_DETACH);
        ::unlink(mask);
    }
    MaskedSysctl(const MaskedSysctl&) = delete;
    MaskedSysctl& operator=(const MaskedSysctl&) = delete;

  private:
    static constexpr const char* path = "/proc/sys/fs/protected_hardlinks";
    static constexpr const char* mask = "/mnt/sysctl";
};

TEST_F(LinksTest, T03_the_machines_own_sysctl_decides) {
    make_file(one);
    {
        const MaskedSysctl off(sandbox, "0\n");
        EXPECT_EQ(refusals(below().refused), Strings{"hard-link 1"});
    }
    const MaskedSysctl on(sandbox, "1\n");
    EXPECT_EQ(below().foreign, 1u);
}

}  // namespace
}  // namespace jts::hot_storage::test
