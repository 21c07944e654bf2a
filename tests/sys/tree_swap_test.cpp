#include <unistd.h>

#include <cstdio>

#include "swapper.hpp"
#include "sys/look.hpp"
#include "tree_fixture.hpp"
#include "tree_naive.hpp"

namespace jts::hot_storage::test {
namespace {

class SwapTest : public TreeTest {
  protected:
    SwapTest() {
        blind_to_processes();
        provision();
        for (const char* directory : {"/a", "/a/b", "/a/b/c"}) make_directory(data + directory);
        for (const char* file : {"/a/secret", "/a/b/secret", "/a/b/c/secret"})
            make_file(data + file);
        make_symlink(outside, data + "/link");
        make_symlink(outside, data + "/a/b/link");
    }

    bool has_escaped() const {
        return look_at(secret).stx_uid != 0 || look_at(outside).stx_uid != 0;
    }

    const unsigned long wanted_swaps = from_environment("JTS_SWAPS", 20'000);
};

TEST_F(SwapTest, T01_directories_swapped_for_links_lead_a_walk_by_path_out_of_the_tree) {
    const Swapper top(data + "/a", data + "/link");
    bool to_db = false;
    const auto pass = [&] { naive_chown(data, (to_db = !to_db) ? db_id : other_id); };
    EXPECT_TRUE(escapes(pass, [&] { return has_escaped(); })) << "the attack does not bite";
}

TEST_F(SwapTest, T01_directories_swapped_for_links_never_lead_the_changer_out_of_the_tree) {
    const Swapper top(data + "/a", data + "/link"), deep(data + "/a/b/c", data + "/a/b/link");
    const PlannedChange to_db = give_data_to("db"), to_other = give_data_to("other");
    unsigned long passes = 0;
    while (top.swaps() + deep.swaps() < wanted_swaps || passes < 100) {
        apply(++passes % 2 == 0 ? to_db : to_other);
        ASSERT_FALSE(has_escaped()) << "after " << passes << " passes";
    }
    std::printf("%lu swaps, %lu passes\n", top.swaps() + deep.swaps(), passes);
}

TEST_F(SwapTest, T01_directories_swapped_for_links_never_show_the_observer_anything_outside) {
    apply(give_data_to("db"));
    make_directory(outside + "/deeper");  // root's, hence foreign if it were seen
    const Swapper top(data + "/a", data + "/link");
    for (unsigned long passes = 0; top.swaps() < wanted_swaps || passes < 100; ++passes) {
        const BelowState seen = below();
        ASSERT_EQ(seen.foreign, 0u) << seen.examples.front();
        ASSERT_TRUE(seen.refused.empty());
    }
}

TEST_F(SwapTest, T01_a_declared_directory_swapped_for_a_link_is_left_alone) {
    make_symlink(outside, db + "/swapped");
    const PlannedChange to_db = give_data_to("db"), to_other = give_data_to("other");
    const Swapper swapper(data, db + "/swapped");
    unsigned long stale = 0, applied = 0;
    while (swapper.swaps() < wanted_swaps || stale == 0 || applied == 0) {
        try {
            apply((applied + stale) % 2 == 0 ? to_db : to_other);
            ++applied;
        } catch (const Error& error) {
            ASSERT_EQ(error.code(), ErrorCode::plan_stale) << error.what();
            ++stale;
        }
        ASSERT_FALSE(has_escaped());
    }
}

/// Moves one name of a file between two directories so that a walk finds it in both. Of a process
/// of the service's account, which the changer must see.
std::function<bool()> move_to_and_fro(const std::string& a, const std::string& b) {
    return [a, b] {
        return (::rename(a.c_str(), b.c_str()) == 0) & (::rename(b.c_str(), a.c_str()) == 0);
    };
}

class RenameTest : public TreeTest {
  protected:
    RenameTest() {
        provision();
        for (const std::string& directory : {data + "/a", data + "/b"}) {
            make_directory(directory);
            give(directory, db_id, db_id);
        }
        require(::link(secret.c_str(), (data + "/a/x").c_str()) == 0, "link");
    }
};

TEST_F(RenameTest, T03_one_name_shown_twice_by_renaming_fools_a_count_of_names_alone) {
    blind_to_processes();
    const Racer renamer(db_id, move_to_and_fro(data + "/a/x", data + "/b/x"));
    const PlannedChange change = give_data_to("db");
    for (unsigned passes = 0; passes < 100'000 && look_at(secret).stx_uid == 0; ++passes)
        apply(change);
    EXPECT_EQ(look_at(secret).stx_uid, db_id) << "the attack does not bite";
}

TEST_F(RenameTest,
       T03_one_name_shown_twice_by_renaming_is_refused_while_its_account_has_a_process) {
    const Racer renamer(db_id, move_to_and_fro(data + "/a/x", data + "/b/x"));
    const PlannedChange change = give_data_to("db");
    for (unsigned passes = 0; passes < 100; ++passes) {
        apply(change);
        const BelowState seen = below();
        ASSERT_EQ(seen.foreign, 0u);
        ASSERT_EQ(look_at(secret).stx_uid, 0u);
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
