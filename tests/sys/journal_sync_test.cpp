/// What of the records is on the disk when, by the syncs that are asked for; and what one that
/// fails leaves.
#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "journal_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

/// Of this process's syncs; a test is a process.
struct Syncs {
    std::vector<std::string> folders;  ///< that were synced
    std::string failing_folder;        ///< whose sync fails
    bool file_fails = false;
};

Syncs& syncs() {
    static Syncs all;
    return all;
}

int fail_with_io_error() {
    errno = EIO;
    return -1;
}

int sync_file(int fd) {
    return syncs().file_fails ? fail_with_io_error()
                              : static_cast<int>(::syscall(SYS_fdatasync, fd));
}

int sync_folder_or_file(int fd) {
    const auto path = fs::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
    if (path == syncs().failing_folder) return fail_with_io_error();
    syncs().folders.push_back(path);
    return static_cast<int>(::syscall(SYS_fsync, fd));
}

}  // namespace
}  // namespace jts::hot_storage::test

// In the place of the C library's.
extern "C" int fsync(int fd) {
    return jts::hot_storage::test::sync_folder_or_file(fd);
}
extern "C" int fdatasync(int fd) {
    return jts::hot_storage::test::sync_file(fd);
}

namespace jts::hot_storage::test {
namespace {

class JournalSyncTest : public JournalTest {
  protected:
    JournalSyncTest() { syncs() = {}; }
    ~JournalSyncTest() override { syncs() = {}; }

    static std::string message_of(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.what();
        }
        return "no error was thrown";
    }
};

TEST_F(JournalSyncTest, the_folder_of_the_records_is_on_the_disk_before_the_first_of_them) {
    written('a');
    EXPECT_THAT(syncs().folders, ::testing::ElementsAre("/mnt", folder));
    syncs().folders.clear();
    written('b', 2);
    EXPECT_THAT(syncs().folders, Not(Contains("/mnt")));
}

TEST_F(JournalSyncTest, a_folder_of_which_that_is_not_certain_is_made_anew) {
    syncs().failing_folder = "/mnt";
    EXPECT_EQ(message_of([&] { journal.create(header('a')); }),
              "cannot write to the disk /mnt: Input/output error");
    EXPECT_FALSE(fs::exists(folder));
    syncs() = {};
    written('a');
    EXPECT_THAT(syncs().folders, Contains("/mnt"));
}

TEST_F(JournalSyncTest, a_batch_of_which_the_sync_fails_stays_and_nothing_is_durable_after_it) {
    const auto writer = written('a');
    const std::string failure = "cannot write to the disk " + path('a') + ": Input/output error";
    syncs().file_fails = true;
    EXPECT_EQ(message_of([&] { writer->will_change(batch(2)); }), failure);
    syncs().file_fails = false;
    const std::string lossy = path('a') + " lost data before it was on the disk";
    EXPECT_EQ(message_of([&] { writer->will_change(batch(1)); }), lossy);
    EXPECT_EQ(message_of([&] { writer->write_durably(engine::FrameType::attempt, {}); }), lossy);
    writer->finish(result());
    EXPECT_THAT(damaged(), IsEmpty());
    const auto reader = journal.open(id('a'));
    reader->scan();
    ASSERT_EQ(reader->batches(), 3u);
    EXPECT_EQ(reader->read_batch(1).batch, batch(2));
    EXPECT_EQ(reader->read_batch(1).outcomes, std::nullopt);
    EXPECT_EQ(reader->read_batch(2).batch, batch(1));
}

}  // namespace
}  // namespace jts::hot_storage::test
