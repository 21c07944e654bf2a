#include "engine/journal.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "journal_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

using engine::Journal;
using engine::JournalLimits;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(JournalTest, what_is_written_is_read_again) {
    finished('a');
    const auto reader = journal.open(id('a'));
    reader->scan();
    EXPECT_EQ(reader->damage(), std::nullopt);
    EXPECT_EQ(reader->header(), header('a'));
    EXPECT_EQ(reader->result(), result());
    EXPECT_EQ(reader->attempts(), 1u);
    ASSERT_EQ(reader->directories().size(), 1u);
    EXPECT_EQ(reader->directories().front().change, directory());
    EXPECT_TRUE(reader->directories().front().is_changed);
    ASSERT_EQ(reader->batches(), 1u);
    EXPECT_EQ(reader->read_batch(0).batch, batch(3));
    EXPECT_EQ(reader->read_batch(0).outcomes, outcomes(3));
    EXPECT_EQ(mode_of(path('a')), 0400u);
}

TEST_F(JournalTest, an_attempt_that_came_to_wait_does_not_count_and_takes_no_other_with_it) {
    const auto attempts = [&] {
        const auto reader = journal.open(id('a'));
        reader->scan();
        EXPECT_EQ(reader->damage(), std::nullopt);
        return reader->attempts();
    };
    const auto writer = journal.create(header('a'));
    writer->take_attempt_back();
    EXPECT_EQ(attempts(), 0u);
    for (int i = 0; i < 2; ++i) writer->write_durably(engine::FrameType::attempt, {});
    EXPECT_EQ(attempts(), 2u);
    writer->take_attempt_back();
    EXPECT_EQ(attempts(), 1u);
    writer->write_durably(engine::FrameType::attempt, {});
    EXPECT_EQ(attempts(), 2u);
}

TEST_F(JournalTest, a_batch_without_outcomes_is_not_one_with_none) {
    auto writer = journal.create(header('a'));
    writer->did_change(writer->will_change(batch(1)), {});
    writer->will_change(batch(2));
    const auto reader = journal.open(id('a'));
    reader->scan();
    EXPECT_THAT(reader->read_batch(0).outcomes.value(), IsEmpty());
    EXPECT_EQ(reader->read_batch(1).outcomes, std::nullopt);
}

TEST_F(JournalTest, changes_are_listed_the_oldest_first_and_those_that_go_on_are_running) {
    finished('b', 3);
    const auto running = written('a', 4);
    finished('c', 1);
    EXPECT_THAT(ids(), ElementsAre(id('c'), id('b'), id('a')));
    EXPECT_EQ(journal.list().back().outcome, engine::outcome::running);
    EXPECT_EQ(journal.list().back().ended_at, 0u);
    EXPECT_EQ(journal.list().front().outcome, engine::outcome::succeeded);
    EXPECT_THAT(journal.unfinished(), ElementsAre(id('a')));
}

TEST_F(JournalTest, what_was_discarded_is_not_there) {
    const auto writer = written('a');
    journal.discard(id('a'));
    EXPECT_THAT(ids(), IsEmpty());
    journal.discard(id('a'));
    try {
        journal.open(id('a'));
        FAIL() << "was opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::not_found);
    }
}

TEST_F(JournalTest, what_a_crash_left_of_a_record_that_was_never_begun_is_none) {
    finished('a');
    make_file(folder + "/new", 0600, "JCF1");
    EXPECT_THAT(ids(), ElementsAre(id('a')));
    finished('b', 2);
    EXPECT_THAT(ids(), ElementsAre(id('a'), id('b')));
    EXPECT_THAT(damaged(), IsEmpty());
}

class PruneTest : public JournalTest {
  protected:
    /// Two that are over, the elder one unfinished before them; then one more is made.
    std::vector<std::string> left_by(JournalLimits limits) {
        const auto unfinished = written('0', 1);
        finished('1', 2);
        finished('2', 3);
        finished('3', 4);
        Journal(folder, limits).create(header('4', 5));
        return ids();
    }
};

TEST_F(PruneTest, within_all_limits_everything_is_kept) {
    EXPECT_THAT(left_by({}), ElementsAre(id('0'), id('1'), id('2'), id('3'), id('4')));
}

TEST_F(PruneTest, over_the_count_the_oldest_go_but_never_the_unfinished_and_the_newest) {
    EXPECT_THAT(left_by({.count = 1}), ElementsAre(id('0'), id('2'), id('3'), id('4')));
}

TEST_F(PruneTest, at_no_count_at_all_the_unfinished_and_the_newest_stay) {
    EXPECT_THAT(left_by({.count = 0}), ElementsAre(id('0'), id('3'), id('4')));
}

TEST_F(PruneTest, over_the_size_the_oldest_go_but_never_the_unfinished_and_the_newest) {
    EXPECT_THAT(left_by({.bytes = 1}), ElementsAre(id('0'), id('3'), id('4')));
}

TEST_F(PruneTest, no_more_go_than_must_for_the_size) {
    finished('9');
    const auto one = static_cast<std::uint64_t>(look_at(path('9')).stx_size);
    journal.discard(id('9'));
    EXPECT_THAT(left_by({.bytes = one}), ElementsAre(id('0'), id('2'), id('3'), id('4')));
}

/// Three that are over, and an unfinished one before them, of which some were written long ago; and
/// one that is begun now.
class AgeTest : public JournalTest {
  protected:
    static constexpr long day = 24 * 3600;

    static std::uint64_t days_from_now(long days) {
        return static_cast<std::uint64_t>(::time(nullptr) + days * day) * 1'000'000;
    }

    std::vector<std::string> left_by(JournalLimits limits, const std::vector<char>& old,
                                     long begun_in_days = 0) {
        const auto unfinished = written('0', 1);
        for (const char digit : {'1', '2', '3'}) finished(digit, 2 + static_cast<unsigned>(digit));
        for (const char digit : old) {
            const timespec then{::time(nullptr) - 91 * day, 0};
            const timespec times[2] = {then, then};
            require(::utimensat(AT_FDCWD, path(digit).c_str(), times, 0) == 0, "utimensat");
        }
        Journal(folder, limits).create(header('4', days_from_now(begun_in_days)));
        return ids();
    }
};

TEST_F(AgeTest, what_is_over_for_too_long_goes_but_never_the_unfinished_and_the_newest) {
    EXPECT_THAT(left_by({.recent = 0}, {'0', '1', '3'}),
                ElementsAre(id('0'), id('2'), id('3'), id('4')));
}

TEST_F(AgeTest, the_most_recent_stay_whatever_their_age) {
    EXPECT_THAT(left_by({}, {'0', '1', '2', '3'}),
                ElementsAre(id('0'), id('1'), id('2'), id('3'), id('4')));
    EXPECT_EQ(JournalLimits{}.recent, 32u);
}

TEST_F(AgeTest, older_ones_than_the_most_recent_go_by_their_age) {
    EXPECT_THAT(left_by({.recent = 2}, {'0', '1', '2', '3'}),
                ElementsAre(id('0'), id('2'), id('3'), id('4')));
}

TEST_F(AgeTest, the_most_recent_go_for_the_size_all_the_same) {
    EXPECT_THAT(left_by({.bytes = 1}, {'0', '1', '2', '3'}),
                ElementsAre(id('0'), id('3'), id('4')));
}

TEST_F(AgeTest, a_clock_that_is_ahead_once_takes_none_of_the_most_recent) {
    EXPECT_THAT(left_by({}, {}, 91), ElementsAre(id('0'), id('1'), id('2'), id('3'), id('4')));
}

TEST_F(AgeTest, age_is_told_by_the_clock_that_the_change_was_begun_by) {
    EXPECT_THAT(left_by({.recent = 0}, {}, 91), ElementsAre(id('0'), id('3'), id('4')));
}

class FullDiskTest : public JournalTest {
  protected:
    FullDiskTest() {
        make_directory(folder);
        require(::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=2m,mode=0700") == 0, "mount");
    }
    ~FullDiskTest() override { ::umount2(folder.c_str(), MNT_DETACH); }

    void fill() const {
        const sys::Fd fd(::open((folder + "/fill").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        const std::string page(4096, 'x');
        while (::write(fd.get(), page.data(), page.size()) > 0) continue;
        require(errno == ENOSPC, "fill the disk");
    }

    static ErrorCode code_of(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.code();
        }
        ADD_FAILURE() << "no error was thrown";
        return ErrorCode::failed;
    }
};

TEST_F(FullDiskTest, nothing_of_a_record_for_which_there_is_no_room_stays) {
    fill();
    EXPECT_EQ(code_of([&] { journal.create(header('a')); }), ErrorCode::no_space);
    EXPECT_THAT(ids(), IsEmpty());
    EXPECT_NE(::access((folder + "/new").c_str(), F_OK), 0);
}

TEST_F(FullDiskTest, a_batch_for_which_there_is_no_room_leaves_the_record_as_it_was) {
    const auto writer = written('a');
    const auto before = content_of(path('a'));
    fill();
    EXPECT_EQ(code_of([&] { writer->will_change(batch(40'000)); }), ErrorCode::no_space);
    EXPECT_EQ(content_of(path('a')), before);
    const std::string much(600'000, 'x');
    EXPECT_EQ(code_of([&] { writer->write_durably(engine::FrameType::directories, much); }),
              ErrorCode::no_space);
    // Without room set aside the write itself meets the full disk, with a part of the frame
    // written.
    EXPECT_EQ(code_of([&] { writer->write(engine::FrameType::directories, much); }),
              ErrorCode::no_space);
    EXPECT_EQ(content_of(path('a')), before);
    writer->finish(result());
    EXPECT_THAT(damaged(), IsEmpty());
    EXPECT_EQ(journal.list().front().outcome, engine::outcome::succeeded);
}

TEST_F(FullDiskTest, outcomes_and_the_result_fit_into_the_room_that_was_set_aside) {
    const auto writer = written('a');
    const auto first = writer->will_change(batch(4096)), second = writer->will_change(batch(4096));
    fill();
    writer->did_change(second, outcomes(4096));
    writer->did_change(first, outcomes(4096));
    auto ending = result(engine::outcome::partial);
    ending.message = std::string(200'000, 'x');
    writer->finish(ending);
    const auto reader = journal.open(id('a'));
    reader->scan();
    EXPECT_EQ(reader->damage(), std::nullopt);
    EXPECT_EQ(reader->result(), ending);
    EXPECT_EQ(reader->read_batch(first + 0).outcomes, outcomes(4096));
}

TEST_F(FullDiskTest, an_attempt_that_came_to_wait_for_a_full_disk_does_not_count) {
    const auto writer = written('a');
    fill();
    writer->take_attempt_back();
    const auto reader = journal.open(id('a'));
    reader->scan();
    EXPECT_EQ(reader->damage(), std::nullopt);
    EXPECT_EQ(reader->attempts(), 0u);
}

TEST_F(FullDiskTest, what_was_set_aside_is_given_back_at_the_end) {
    const auto writer = written('a');
    writer->will_change(batch(4096));
    writer->finish(result());
    struct stat seen {};
    require(::stat(path('a').c_str(), &seen) == 0, "stat");
    EXPECT_LE(seen.st_blocks * 512, seen.st_size + 4096);
}

TEST_F(FullDiskTest, room_that_a_batch_did_not_need_does_not_add_up) {
    const auto writer = written('a');
    for (int i = 0; i < 30; ++i)
        ASSERT_NO_THROW(writer->did_change(writer->will_change(batch(3000)), {}));
}

}  // namespace
}  // namespace jts::hot_storage::test
