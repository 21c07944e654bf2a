/// Undoing of several batches, of which the next is recorded while one is put back.
#include "engine/undo.hpp"

#include <gmock/gmock.h>
#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <stop_token>
#include <thread>

#include "engine/journal.hpp"
#include "support/layouts.hpp"
#include "tree_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Keys = std::set<DirectoryKey>;

/// A change that gave two files below each of three directories to the service, a batch for each.
class UndoTest : public TreeTest {
  protected:
    UndoTest() {
        layout.services = {service("db", own_directory("db"), {"data", "logs", "tmp"})};
        provision();
        const auto record = journal_.create(header('a'));
        for (const char* name : {"data", "logs", "tmp"}) give_below(name, *record);
    }

    static engine::ChangeHeader header(char digit) {
        engine::ChangeHeader made;
        made.change_id = std::string(32, digit);
        made.operation = engine::operation::provision;
        return made;
    }

    std::string file(const std::string& directory, const char* name) const {
        return db + "/" + directory + "/" + name;
    }

    void give_below(const std::string& directory, engine::JournalWriter& record) const {
        sys::BatchRecord batch{{"db", directory}, {{"", {}}}};
        std::vector<sys::EntryOutcome> outcomes;
        for (const char* name : names) {
            make_file(file(directory, name));
            const auto seen = look_at(file(directory, name));
            batch.directories.front().entries.push_back(
                {name, sys::identity_of(seen), seen.stx_mode, {0, 0}, {db_id, db_id}});
        }
        const auto number = record.will_change(batch);
        for (const char* name : names) {
            give(file(directory, name), db_id, db_id);
            const auto ctime = look_at(file(directory, name)).stx_ctime;
            outcomes.push_back(
                {static_cast<std::uint32_t>(outcomes.size()), ctime.tv_sec, ctime.tv_nsec, false});
        }
        record.did_change(number, outcomes);
    }

    /// Every time that a batch is about to be recorded, `before_recording` is called with its
    /// number, from 0 on.
    void undo_all(const std::function<void(int)>& before_recording = [](int) {}) {
        const auto change = read('a');
        const auto record = journal_.create(header('b'));
        int batches = 0;
        engine::UndoOptions how;
        how.writer = [&] {
            before_recording(batches++);
            return record.get();
        };
        engine::undo(*change, layout, how, stop_.get_token(), report_);
    }

    std::unique_ptr<engine::JournalReader> read(char digit) {
        auto reader = journal_.open(std::string(32, digit));
        reader->scan();
        EXPECT_EQ(reader->damage(), std::nullopt);
        return reader;
    }

    /// What the undoing's own record says: for each batch its directory and how many of its entries
    /// were given back.
    std::vector<std::pair<std::string, int>> recorded() {
        std::vector<std::pair<std::string, int>> found;
        const auto reader = read('b');
        for (std::uint64_t number = 0; number < reader->batches(); ++number) {
            const auto [batch, outcomes] = reader->read_batch(number);
            EXPECT_THAT(batch.directories.front().entries, SizeIs(2));
            EXPECT_EQ(batch.directories.front().entries.front().given, (sys::Owner{0, 0}));
            found.emplace_back(batch.target.second,
                               outcomes ? static_cast<int>(outcomes->size()) : -1);
        }
        return found;
    }

    bool is_of(const std::string& directory, std::uint32_t owner) const {
        return std::ranges::all_of(names, [&](const char* name) {
            return look_at(file(directory, name)).stx_uid == owner;
        });
    }

    static constexpr std::array names{"one", "two"};
    engine::Journal journal_{"/mnt/changes"};
    engine::UndoReport report_;
    std::stop_source stop_;
};

TEST_F(UndoTest, several_batches_come_back_the_last_first) {
    undo_all();
    EXPECT_THAT(recorded(),
                ElementsAre(std::pair("tmp", 2), std::pair("logs", 2), std::pair("data", 2)));
    for (const char* directory : {"data", "logs", "tmp"}) EXPECT_TRUE(is_of(directory, 0));
    EXPECT_EQ(report_.restored, 6u);
    EXPECT_THAT(report_.not_restored, IsEmpty());
}

TEST_F(UndoTest, a_batch_that_was_recorded_when_the_stop_came_is_recorded_as_left_alone) {
    const auto stop_at_the_second = [&](int batch) {
        if (batch != 1) return;
        while (!is_of("tmp", 0)) std::this_thread::yield();
        stop_.request_stop();
    };
    EXPECT_EQ(code_of([&] { undo_all(stop_at_the_second); }), ErrorCode::cancelled);
    EXPECT_THAT(recorded(), ElementsAre(std::pair("tmp", 2), std::pair("logs", 0)));
    EXPECT_TRUE(is_of("tmp", 0));
    EXPECT_TRUE(is_of("logs", db_id));
    EXPECT_TRUE(is_of("data", db_id));
    EXPECT_EQ(report_.restored, 2u);
    EXPECT_EQ(report_.restored_targets, (Keys{{"db", "tmp"}}));
}

TEST_F(UndoTest, a_batch_that_fails_keeps_no_other_from_coming_back_and_is_what_is_thrown) {
    sandbox.bind(logs, logs);
    require(::mount(nullptr, logs.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0,
            "make it read-only");
    EXPECT_THAT(message_of([&] { undo_all(); }), ::testing::HasSubstr(logs + "/one: Read-only"));
    EXPECT_THAT(recorded(),
                ElementsAre(std::pair("tmp", 2), std::pair("logs", 0), std::pair("data", 2)));
    EXPECT_TRUE(is_of("tmp", 0));
    EXPECT_TRUE(is_of("logs", db_id));
    EXPECT_TRUE(is_of("data", 0));
    EXPECT_EQ(report_.restored, 4u);
    EXPECT_EQ(report_.restored_targets, (Keys{{"db", "data"}, {"db", "tmp"}}));
}

}  // namespace
}  // namespace jts::hot_storage::test
