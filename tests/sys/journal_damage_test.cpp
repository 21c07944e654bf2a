#include <sys/stat.h>

#include <algorithm>
#include <iterator>

#include "journal_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

class DamageTest : public JournalTest {
  protected:
    struct Seen {
        bool is_finished = false, is_damaged = false, has_header = false;
        std::uint64_t whole_size = 0;
    };

    /// Everything that is ever asked of a record.
    Seen read() {
        journal.list();
        const auto reader = journal.open(id('a'));
        reader->scan();
        for (std::uint64_t i = 0; i < reader->batches(); ++i) reader->read_batch(i);
        const bool is_unfinished = !journal.unfinished().empty();
        EXPECT_NE(reader->is_finished(), is_unfinished);
        expect_examined_as(*reader);
        return {reader->is_finished(), reader->damage().has_value(), reader->header().has_value(),
                reader->whole_size()};
    }

    void expect_examined_as(const engine::JournalReader& reader) {
        std::vector<DamagedRecord> expected;
        if (const auto& damage = reader.damage())
            expected.push_back({reader.path(), *damage, reader.is_finished()});
        EXPECT_EQ(damaged(), expected);
    }

    Seen read_with_flip(std::string content, std::size_t at, char flip) {
        content[at] = static_cast<char>(content[at] ^ flip);
        set_content(path('a'), content);
        return read();
    }

    /// Where the frames begin, and where the last one ends.
    static std::vector<std::size_t> borders(const std::string& content) {
        std::vector<std::size_t> found{0};
        while (const auto frame =
                   engine::decode_frame(std::string_view(content).substr(found.back())))
            found.push_back(found.back() + engine::frame_head_size + frame->payload.size());
        return found;
    }

    void set_mode(unsigned mode) const { require(::chmod(path('a').c_str(), mode) == 0, "chmod"); }
};

constexpr char flips[] = {'\x01', '\x20', '\x80', '\xff'};

TEST_F(DamageTest, T32_a_byte_that_flips_in_a_finished_record_is_noticed_wherever_it_is) {
    finished('a');
    const auto whole = content_of(path('a'));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char flip : flips) {
            const Seen seen = read_with_flip(whole, at, flip);
            ASSERT_TRUE(seen.is_finished) << at;
            ASSERT_TRUE(seen.is_damaged) << at;
        }
    }
}

TEST_F(DamageTest, T32_a_byte_that_flips_in_an_unfinished_record_is_noticed_but_in_the_last_frame) {
    written('a');
    const auto whole = content_of(path('a'));
    const auto frames = borders(whole);
    ASSERT_EQ(frames.back(), whole.size());
    const auto last = frames[frames.size() - 2];
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char flip : flips) {
            const Seen seen = read_with_flip(whole, at, flip);
            ASSERT_FALSE(seen.is_finished) << at;
            ASSERT_EQ(seen.is_damaged, at < last) << at;
            ASSERT_LE(seen.whole_size, at);
        }
    }
}

TEST_F(DamageTest, T32_a_record_torn_at_any_length_is_no_damage_and_is_gone_on_with) {
    finished('a');
    set_mode(engine::unfinished_mode);  // as a crash leaves it before the last step
    const auto whole = content_of(path('a'));
    const auto frames = borders(whole);
    for (std::size_t length = frames[1]; length < whole.size(); ++length) {
        set_content(path('a'), whole.substr(0, length));
        const Seen seen = read();
        ASSERT_FALSE(seen.is_finished) << length;
        ASSERT_FALSE(seen.is_damaged) << length;
        ASSERT_EQ(seen.whole_size, *std::prev(std::ranges::upper_bound(frames, length)));
        const auto reader = journal.open(id('a'));
        reader->scan();
        journal.go_on(*reader)->write_durably(engine::FrameType::attempt, {});
        ASSERT_FALSE(read().is_damaged) << length;
        ASSERT_EQ(content_of(path('a')).size(), seen.whole_size + engine::frame_head_size);
    }
    set_content(path('a'), whole);
    EXPECT_TRUE(read().is_finished);
}

TEST_F(DamageTest, T32_a_record_without_its_whole_header_is_damaged) {
    written('a');
    const auto whole = content_of(path('a'));
    for (std::size_t length = 0; length < borders(whole)[1]; ++length) {
        set_content(path('a'), whole.substr(0, length));
        const Seen seen = read();
        ASSERT_FALSE(seen.is_finished) << length;
        ASSERT_TRUE(seen.is_damaged) << length;
        ASSERT_FALSE(seen.has_header) << length;
    }
}

TEST_F(DamageTest, T32_a_whole_frame_that_no_writer_makes_is_damage_wherever_it_is) {
    written('a');
    const auto whole = content_of(path('a'));
    const auto strange = [&](engine::FrameType type) { return engine::encode_frame(type, "{}x"); };
    set_content(path('a'), whole + strange(engine::FrameType::directory));
    const auto reader = journal.open(id('a'));
    reader->scan();
    EXPECT_EQ(reader->damage().value_or("").find(path('a') + " is damaged at byte " +
                                                 std::to_string(whole.size())),
              0u);
    EXPECT_EQ(reader->header(), header('a'));
    EXPECT_TRUE(read().is_damaged);

    set_content(path('a'), strange(engine::FrameType::header) + whole);
    EXPECT_TRUE(read().is_damaged);
    EXPECT_FALSE(read().has_header);
}

TEST_F(DamageTest, T32_a_finished_record_that_was_shortened_stays_finished_and_is_damaged) {
    finished('a');
    const auto whole = content_of(path('a'));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        set_content(path('a'), whole.substr(0, length));
        const Seen seen = read();
        ASSERT_TRUE(seen.is_finished) << length;
        ASSERT_TRUE(seen.is_damaged) << length;
    }
}

TEST_F(DamageTest, T32_bytes_after_the_end_of_a_finished_record_are_noticed) {
    finished('a');
    set_content(path('a'), content_of(path('a')) + "x");
    const Seen seen = read();
    EXPECT_TRUE(seen.is_finished);
    EXPECT_TRUE(seen.is_damaged);
}

TEST_F(DamageTest, T32_a_record_that_cannot_be_read_hides_no_other) {
    finished('b');
    make_directory(path('a'));
    set_content(path('b'), content_of(path('b')) + "x");
    const auto found = damaged();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_NE(found[0].damage.find("Is a directory"), std::string::npos) << found[0].damage;
    EXPECT_EQ(found[1].path, path('b'));
    EXPECT_TRUE(found[1].is_finished);
}

TEST_F(DamageTest, T32_records_that_are_over_are_read_once_and_again_when_they_changed) {
    finished('a');
    const auto unfinished = written('b', 2);
    engine::Journal::ExaminedRecords known;
    EXPECT_TRUE(journal.damaged(known, true, {}).empty());
    ASSERT_EQ(known.size(), 2u);
    for (auto& [id, record] : known) record.seen = {"/remembered", "as it was", true};
    const auto remembered = journal.damaged(known, true, {});
    ASSERT_EQ(remembered.size(), 1u);
    EXPECT_EQ(remembered.front().path, "/remembered");
    set_content(path('a'), content_of(path('a')) + "x");
    EXPECT_EQ(journal.damaged(known, true, {}), damaged());
}

TEST_F(DamageTest, T32_the_record_of_a_change_that_goes_on_is_looked_at_only_where_that_is_asked) {
    const auto unfinished = written('a');
    const auto whole = content_of(path('a'));
    set_content(path('a'), "x" + whole.substr(1));
    engine::Journal::ExaminedRecords known;
    EXPECT_TRUE(journal.damaged(known, false, {}).empty());
    EXPECT_EQ(journal.damaged(known, true, {}).size(), 1u);
}

TEST_F(DamageTest, T32_a_look_for_damage_can_be_stopped) {
    finished('a');
    engine::Journal::ExaminedRecords known;
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(journal.damaged(known, true, source.get_token()), Error);
}

TEST_F(DamageTest, T32_batches_whose_numbers_do_not_follow_each_other_are_an_error) {
    const auto writer = journal.create(header('a'));
    writer->write(engine::FrameType::batch, engine::encode_batch(5, batch(1)));
    const auto reader = journal.open(id('a'));
    reader->scan();
    try {
        for (auto number = reader->batches(); number > 0; --number) reader->read_batch(number - 1);
        FAIL() << "was read";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
