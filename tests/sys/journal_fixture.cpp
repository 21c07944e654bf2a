#include "journal_fixture.hpp"

#include <fstream>
#include <iterator>

namespace jts::hot_storage::test {

using engine::FrameType;

engine::ChangeHeader JournalTest::header(char digit, std::uint64_t started_at) {
    engine::ChangeHeader made;
    made.change_id = id(digit);
    made.operation = engine::operation::provision;
    made.requester = {1000, ":1.7"};
    made.started_at = started_at;
    made.digest = "abc";
    made.plan = {{{ChangeKind::set_owner_below, "db", "/mnt/hot/db/data", "", "db:db", 2, {}},
                  {"db", "data"}}};
    return made;
}

engine::ChangeResult JournalTest::result(const char* outcome) {
    return {outcome, 9, {header('0').plan.front().change}, ""};
}

sys::BatchRecord JournalTest::batch(std::size_t entries) {
    sys::BatchRecord made{{"db", "data"}, {{"a/b", {}}}};
    for (std::uint32_t i = 0; i < entries; ++i)
        made.directories.front().entries.push_back(
            {std::to_string(i), {0, 30, i + 10, 1'700'000'000, i}, 0100644, {0, 0}, {5001, 5001}});
    return made;
}

std::vector<sys::EntryOutcome> JournalTest::outcomes(std::size_t entries) {
    std::vector<sys::EntryOutcome> made;
    // As far apart as ctimes can be, so that each takes the room that the longest takes.
    for (std::uint32_t i = 0; i < entries; ++i)
        made.push_back({i, i % 2 == 0 ? 0 : 9'000'000'000, i, true});
    return made;
}

sys::DirectoryChange JournalTest::directory() {
    sys::DirectoryChange change{{"db", "data"}, {}, {}};
    change.left = {EntryState::Type::directory, {0, 30, 7, 1, 2}, 5001, 5001, 0750, false, {}};
    return change;
}

std::unique_ptr<engine::JournalWriter> JournalTest::written(char digit, std::uint64_t started_at) {
    auto writer = journal.create(header(digit, started_at));
    const auto directories = engine::to_json(std::vector{directory()});
    writer->write_durably(FrameType::directories, directories);
    writer->write(FrameType::directory, directories);
    const auto number = writer->will_change(batch(3));
    writer->did_change(number, outcomes(3));
    writer->write_durably(FrameType::attempt, {});
    return writer;
}

std::vector<std::string> JournalTest::ids() {
    std::vector<std::string> found;
    for (const AppliedChange& change : journal.list()) found.push_back(change.change_id);
    return found;
}

std::vector<DamagedRecord> JournalTest::damaged() {
    engine::Journal::ExaminedRecords known;
    return journal.damaged(known, true, {});
}

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void set_content(const std::string& path, std::string_view content) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << content;
    file.close();
    require(file.good(), "write " + path);
}

}  // namespace jts::hot_storage::test
