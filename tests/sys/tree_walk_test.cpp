#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>

#include "sys/path.hpp"
#include "sys/walk.hpp"
#include "tree_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

using ::testing::UnorderedElementsAre;

/// Notes the paths of all that is met, and does something on the way.
class Notes final : public sys::Visitor {
  public:
    std::vector<std::string> paths, refused_paths, refused_for;
    std::function<void(const std::string&)> on_directory = [](const std::string&) {};
    std::function<void(const std::string&)> on_other = [](const std::string&) {};

    void directory(const sys::Met& met, int, const sys::Look&) override {
        paths.push_back(met.path());
        on_directory(met.path());
    }
    void other(const sys::Met& met, const sys::Look&) override {
        paths.push_back(met.path());
        on_other(met.path());
    }
    void refused(const sys::Met& met, const char* reason) override {
        refused_paths.push_back(met.path());
        refused_for.emplace_back(reason);
    }
};

class WalkTest : public ::testing::Test {
  protected:
    WalkTest() { make_directory(top); }

    void walk(const std::vector<sys::Visitor*>& visitors, const std::stop_token& stop = {}) const {
        sys::walk(
            {{top, {}, {}}},
            [&](std::size_t) {
                return sys::open_for_reading(sys::open_if_directory(top).get(), top);
            },
            visitors, stop, limits);
    }

    /// top/d/d/d…, each with a file `f` made after it.
    void make_chain(int depth) const {
        std::string directory = top;
        for (int i = 0; i < depth; ++i) {
            directory += "/d";
            make_directory(directory);
            make_file(directory + "/f");
        }
    }

    Sandbox sandbox;
    const std::string top = "/mnt/top";
    sys::WalkLimits limits;
    Notes notes;
};

TEST_F(WalkTest, closed_directories_are_found_again_and_read_on_where_they_were_left) {
    limits.open_frames = 1;
    make_chain(20);
    for (int i = 0; i < 3000; ++i)
        make_file(top + "/d/d/" + std::string(60, 'x') + std::to_string(i));
    walk({&notes});
    EXPECT_EQ(notes.paths.size(), 40u + 3000u);
    EXPECT_EQ(std::set<std::string>(notes.paths.begin(), notes.paths.end()).size(), 3040u);
}

TEST_F(WalkTest, a_directory_moved_away_mid_walk_leads_the_walk_nowhere_and_the_rest_is_walked) {
    limits.open_frames = 1;
    make_chain(6);
    make_directory("/mnt/elsewhere");
    make_file("/mnt/elsewhere/secret");
    notes.on_directory = [&](const std::string& path) {
        if (path == top + "/d/d/d/d/d")
            require(::rename((top + "/d/d/d").c_str(), "/mnt/elsewhere/d") == 0, "rename");
    };
    walk({&notes});
    EXPECT_THAT(notes.paths, ::testing::Not(::testing::Contains(::testing::HasSubstr("secret"))));
    EXPECT_THAT(notes.paths, ::testing::Contains(top + "/d/f"));
    EXPECT_THAT(notes.paths, ::testing::Contains(top + "/d/d/f"));
}

TEST_F(WalkTest, who_moves_a_directory_at_each_step_does_not_make_the_walk_go_all_the_way_again) {
    constexpr unsigned depth = 100;
    limits.open_frames = 1;
    make_directory("/mnt/elsewhere");
    std::string directory = top;
    for (unsigned i = 0; i < depth; ++i) {
        make_file(directory + "/last");  // a tmpfs is read from its newest entry on
        directory += "/d";
        make_directory(directory);
    }
    notes.on_other = [&](const std::string& path) {
        const std::string parent = path.substr(0, path.rfind('/'));
        const std::string away = "/mnt/elsewhere/" + std::to_string(parent.size());
        if (parent != top) require(::rename(parent.c_str(), away.c_str()) == 0, "rename");
    };
    walk({&notes});
    EXPECT_THAT(notes.refused_for, ::testing::Contains(sys::moved_too_often));
    EXPECT_THAT(notes.refused_for, ::testing::Each(sys::moved_too_often));
    EXPECT_GT(notes.paths.size(), depth + 10u) << "is found again as long as that costs little";
}

TEST_F(WalkTest, of_a_path_that_no_call_takes_both_ends_are_told) {
    const std::string as_long(sys::max_told_path - 2, 'x');
    EXPECT_EQ(sys::told_path(as_long, "n"), as_long + "/n");
    EXPECT_EQ(sys::told_path(as_long + "/n"), as_long + "/n");
    const std::string told = sys::told_path("/begin/" + as_long + "/end", "n");
    EXPECT_LE(told.size(), sys::max_told_path);
    EXPECT_THAT(told, ::testing::StartsWith("/begin/x"));
    EXPECT_THAT(told, ::testing::HasSubstr("x/.../x"));
    EXPECT_THAT(told, ::testing::EndsWith("x/end/n"));
}

TEST_F(WalkTest, directories_deeper_than_the_limit_are_refused) {
    limits.max_way = (top + "/d/d").size() + 3 * sys::level_bytes;
    make_chain(5);
    walk({&notes});
    EXPECT_THAT(notes.refused_paths, UnorderedElementsAre(top + "/d/d/d"));
    EXPECT_THAT(notes.paths, ::testing::Not(::testing::Contains(top + "/d/d/d/f")));
}

TEST_F(WalkTest, two_workers_meet_everything_once_between_them) {
    for (int d = 0; d < 50; ++d) {
        const std::string directory = top + "/" + std::to_string(d);
        make_directory(directory);
        for (int f = 0; f < 50; ++f) make_file(directory + "/" + std::to_string(f));
    }
    Notes second;
    walk({&notes, &second});
    std::ranges::copy(second.paths, std::back_inserter(notes.paths));
    EXPECT_EQ(notes.paths.size(), 50u * 51u);
    EXPECT_EQ(std::set<std::string>(notes.paths.begin(), notes.paths.end()).size(), 50u * 51u);
}

TEST_F(WalkTest, what_a_worker_throws_ends_the_walk_and_comes_out_once) {
    make_chain(20);
    Notes second;
    notes.on_directory =
        second.on_directory = [](const std::string&) { throw std::runtime_error("enough"); };
    EXPECT_THROW(walk({&notes, &second}), std::runtime_error);
}

TEST_F(WalkTest, a_stop_in_the_middle_ends_the_walk_as_cancelled) {
    make_chain(20);
    std::stop_source source;
    notes.on_directory = [&](const std::string&) { source.request_stop(); };
    EXPECT_THROW(walk({&notes}, source.get_token()), Error);
    EXPECT_LT(notes.paths.size(), 40u);
}

TEST_F(WalkTest, directories_removed_mid_walk_are_no_error) {
    make_chain(3);
    notes.on_directory = [&](const std::string& path) {
        if (path != top + "/d/d") return;
        for (const char* file : {"/d/d/d/f", "/d/d/f"})
            require(::unlink((top + file).c_str()) == 0, "unlink");
        for (const char* directory : {"/d/d/d", "/d/d"})
            require(::rmdir((top + directory).c_str()) == 0, "rmdir");
    };
    walk({&notes});
    EXPECT_THAT(notes.paths, ::testing::Contains(top + "/d/d"));
    EXPECT_THAT(notes.paths, ::testing::Not(::testing::Contains(top + "/d/d/d")));
}

}  // namespace
}  // namespace jts::hot_storage::test
