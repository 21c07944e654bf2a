/// Giving back while the service exchanges its directories for links to the outside.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "restore_fixture.hpp"
#include "swapper.hpp"

namespace jts::hot_storage::test {
namespace {

/// What lies outside is the service's here: that is what a rollback looks for.
class RestoreRaceTest : public RestoreTest {
  protected:
    RestoreRaceTest() {
        blind_to_processes();
        for (const char* directory : {"/a", "/a/b"}) make_directory(data + directory);
        for (const char* file : {"/a/secret", "/a/b/secret"}) make_file(data + file);
        make_directory(outside + "/b");
        make_file(outside + "/b/secret");
        make_symlink(outside, data + "/link");
        make_symlink(outside, data + "/a/link");
        for (const std::string& path : victims) give(path, db_id, db_id);
        // Each name of an exchange is looked up by itself: without this the attacker at times moves
        // what is outside into the tree, where it may be changed.
        for (const std::string& path : {outside, outside + "/b"})
            require(::chmod(path.c_str(), 0555) == 0, "chmod");
        apply(give_data_to("other"));
    }

    bool has_escaped() const {
        for (const std::string& path : victims)
            if (look_at(path).stx_uid != db_id) return true;
        return false;
    }

    /// As a script undoes it: where the path leads to what the service has, the owner before gets
    /// it.
    static void naive_restore(const std::string& root, const sys::BatchRecord& batch) {
        for (const sys::DirectoryRecord& directory : batch.directories) {
            for (const sys::EntryRecord& entry : directory.entries) {
                const auto path = std::filesystem::path(root) / directory.path / entry.name;
                struct stat seen {};
                if (::lstat(path.c_str(), &seen) != 0 || seen.st_uid != entry.given.uid) continue;
                if (::lchown(path.c_str(), entry.prior.uid, entry.prior.gid) != 0) return;
            }
        }
    }

    const std::vector<std::string> victims{outside, secret, outside + "/b", outside + "/b/secret"};
    const unsigned long wanted_swaps = from_environment("JTS_SWAPS", 20'000);
};

TEST_F(RestoreRaceTest, T01_directories_swapped_for_links_lead_a_rollback_by_path_outside) {
    change();
    const Racer racer(db_id, exchange(data + "/a", data + "/link"));
    const auto pass = [&] {
        for (const sys::BatchRecord& batch : log.batches) naive_restore(data, batch);
    };
    EXPECT_TRUE(escapes(pass, [&] { return has_escaped(); })) << "the attack does not bite";
}

TEST_F(RestoreRaceTest, T01_directories_swapped_for_links_never_lead_a_rollback_outside) {
    const Racer top(db_id, exchange(data + "/a", data + "/link"));
    const Racer deep(db_id, exchange(data + "/a/b", data + "/a/link"));
    const PlannedChange to_other = give_data_to("other"), to_db = give_data_to("db");
    unsigned long passes = 0, given_back = 0;
    while (top.swaps() + deep.swaps() < wanted_swaps || passes < 100) {
        given_back += restore().foreign;
        ASSERT_FALSE(has_escaped()) << "after " << passes << " passes";
        apply(to_other);
        ASSERT_FALSE(has_escaped()) << "after " << passes << " passes";
        log.batches.clear();
        log.outcomes.clear();
        options.log = &log;
        apply(to_db);
        options.log = nullptr;
        ++passes;
    }
    std::printf("%lu swaps, %lu passes, %lu entries given back\n", top.swaps() + deep.swaps(),
                passes, given_back);
    EXPECT_GT(given_back, 0u);
}

}  // namespace
}  // namespace jts::hot_storage::test
