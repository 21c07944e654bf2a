/// Each way out of the tree, opened and closed as fast as a hostile process can while the changer
/// works; and each time a version that goes by path gets out.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "swapper.hpp"
#include "sys/fd.hpp"
#include "tree_fixture.hpp"
#include "tree_naive.hpp"

namespace jts::hot_storage::test {
namespace {

class RaceTest : public TreeTest {
  protected:
    RaceTest() {
        provision();
        make_file(file);
    }

    /// What lies outside is root's, and neither pass ever gives anything to root.
    bool has_escaped() const {
        for (const std::string& path : victims)
            if (look_at(path).stx_uid != 0) return true;
        return false;
    }

    void expect_naive_escape(const std::function<void(std::uint32_t)>& give_to) {
        bool to_db = false;
        const auto pass = [&] { give_to((to_db = !to_db) ? db_id : other_id); };
        EXPECT_TRUE(escapes(pass, [&] { return has_escaped(); })) << "the attack does not bite";
    }

    /// Gives what lies below `data` away and away again, until there were enough swaps.
    template <typename Attacker>
    void expect_no_escape(const Attacker& attacker) {
        const PlannedChange to_db = give_data_to("db"), to_other = give_data_to("other");
        unsigned long passes = 0;
        while (attacker.swaps() < wanted_swaps || passes < 100) {
            try {
                apply(++passes % 2 == 0 ? to_db : to_other);
            } catch (const Error& error) {
                const bool is_refused =
                    error.code() == ErrorCode::plan_stale || error.code() == ErrorCode::unsafe_path;
                ASSERT_TRUE(is_refused) << error.what();
            }
            ASSERT_FALSE(has_escaped()) << "after " << passes << " passes";
        }
        std::printf("%lu swaps, %lu passes\n", attacker.swaps(), passes);
    }

    const std::string file = data + "/file", other_file = data + "/other";
    std::vector<std::string> victims{outside, secret};
    const unsigned long wanted_swaps = from_environment("JTS_SWAPS", 20'000);
};

class LinkRaceTest : public RaceTest {
  protected:
    LinkRaceTest() {
        blind_to_processes();
        make_symlink(secret, other_file);
    }
};

TEST_F(LinkRaceTest, T02_a_file_swapped_for_a_link_leads_a_change_by_path_outside) {
    const Racer racer(db_id, exchange(file, other_file));
    expect_naive_escape([&](std::uint32_t id) { naive_chown_file(file, id); });
}

TEST_F(LinkRaceTest, T02_a_file_swapped_for_a_link_never_leads_the_changer_outside) {
    const Racer racer(db_id, exchange(file, other_file));
    expect_no_escape(racer);
}

class NameRaceTest : public RaceTest {
  protected:
    NameRaceTest() { require(::link(secret.c_str(), other_file.c_str()) == 0, "link"); }
};

TEST_F(NameRaceTest, T03_a_file_swapped_for_a_name_of_one_outside_gives_that_one_away_by_path) {
    const Racer racer(db_id, exchange(file, other_file));
    expect_naive_escape([&](std::uint32_t id) { naive_chown_file(file, id); });
}

// The account's own processes are looked at: a count of names alone is fooled (RenameTest).
TEST_F(NameRaceTest, T03_a_file_swapped_for_a_name_of_one_outside_never_gives_that_one_away) {
    const sys::Fd held(::open(file.c_str(), O_PATH | O_CLOEXEC));
    const PlannedChange to_db = give_data_to("db");
    const Racer racer(db_id, exchange(file, other_file));
    unsigned long passes = 0, given = 0;
    for (; racer.swaps() < wanted_swaps || passes < 100; ++passes) {
        require(::fchownat(held.get(), "", other_id, other_id, AT_EMPTY_PATH) == 0, "chown");
        given += apply(to_db).entries;
        ASSERT_FALSE(has_escaped()) << "after " << passes << " passes";
    }
    std::printf("%lu swaps, %lu passes, %lu entries given\n", racer.swaps(), passes, given);
    EXPECT_GT(given, 0u);
}

/// The same tree outside, for the base to lead to.
class BaseRaceTest : public RaceTest {
  protected:
    BaseRaceTest() {
        blind_to_processes();
        for (const char* directory : {"/db", "/db/data"}) make_directory(outside + directory);
        make_file(outside + "/db/data/file");
        victims.push_back(outside + "/db/data/file");
        make_symlink(outside, "/mnt/link");
    }
    void give_by_path(std::uint32_t id) const {
        const sys::Look seen = look_at(base);
        if (S_ISDIR(seen.stx_mode) && seen.stx_uid == 0) naive_chown_file(file, id);
    }
};

TEST_F(BaseRaceTest, T04_a_base_swapped_for_a_link_leads_a_change_by_path_outside) {
    const Swapper swapper(base, "/mnt/link");
    expect_naive_escape([&](std::uint32_t id) { give_by_path(id); });
}

TEST_F(BaseRaceTest, T04_a_base_swapped_for_a_link_never_leads_the_changer_outside) {
    const PlannedChange to_db = give_data_to("db"), to_other = give_data_to("other");
    const Swapper swapper(base, "/mnt/link");
    unsigned long passes = 0, applied = 0;
    while (swapper.swaps() < wanted_swaps || applied < 100) {
        try {
            apply(++passes % 2 == 0 ? to_db : to_other);
            ++applied;
        } catch (const Error& error) {
            const bool is_refused =
                error.code() == ErrorCode::plan_stale || error.code() == ErrorCode::unsafe_path;
            ASSERT_TRUE(is_refused) << error.what();
        }
        ASSERT_FALSE(has_escaped()) << "after " << passes << " passes";
    }
    std::printf("%lu swaps, %lu passes, %lu of them applied\n", swapper.swaps(), passes, applied);
}

/// A directory that is swapped for one on which something is mounted; both are in directories that
/// can be renamed, as a mount point itself cannot.
class MountRaceTest : public RaceTest {
  protected:
    MountRaceTest() {
        blind_to_processes();
        for (const char* directory : {"/a", "/b"}) {
            make_directory(data + directory);
            make_directory(data + directory + "/x");
        }
        make_file(data + "/a/x/file");
    }
    void mount_at_b(bool same_device) {
        if (same_device) {
            sandbox.bind(outside, data + "/b/x");
            make_file(outside + "/file");
            victims.push_back(outside + "/file");
            return;
        }
        make_directory("/mnt/tmp");
        sandbox.mount_tmpfs("/mnt/tmp");
        sandbox.bind("/mnt/tmp", data + "/b/x");
        make_file("/mnt/tmp/file");
        victims.push_back("/mnt/tmp/file");
    }
};

TEST_F(MountRaceTest, T05_a_directory_swapped_for_a_mount_leads_a_walk_by_path_into_it) {
    mount_at_b(false);
    const Racer racer(db_id, exchange(data + "/a", data + "/b"));
    expect_naive_escape([&](std::uint32_t id) { naive_chown_on_device(data + "/a/x", data, id); });
}

TEST_F(MountRaceTest, T05_a_directory_swapped_for_a_mount_never_leads_the_changer_into_it) {
    mount_at_b(false);
    const Racer racer(db_id, exchange(data + "/a", data + "/b"));
    expect_no_escape(racer);
}

TEST_F(MountRaceTest, T05_a_directory_swapped_for_a_bind_mount_never_leads_the_changer_into_it) {
    mount_at_b(true);
    const Racer racer(db_id, exchange(data + "/a", data + "/b"));
    expect_no_escape(racer);
}

}  // namespace
}  // namespace jts::hot_storage::test
