/// A file that is not as it was written, or is not ours to write, and what ends a write half-way.
#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "history_fixture.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class HistoryDamage : public HistoryTest {
  protected:
    static constexpr std::uint64_t steps = 300;

    /// A file of some pages, and what was put into it.
    Points filled() {
        Points points;
        auto history = store({.tiers = {}});
        for (std::uint64_t i = 0; i < steps; ++i) {
            points.push_back(point_at(some_time + i * second));
            history.append({{"redis", points.back()}, {"kafka", points.back()}});
        }
        return points;
    }
    static void set_content(const std::string& content) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    }
    static std::vector<std::string> set_aside() {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path().filename().string().starts_with("history.db.damaged-"))
                names.push_back(entry.path());
        return names;
    }
    /// It was set aside with its content, which was told, and a new one takes points.
    void expect_a_new_one(const std::string& content) {
        auto history = store();
        EXPECT_THAT(all_of(history), IsEmpty());
        ASSERT_THAT(told, SizeIs(1));
        ASSERT_THAT(set_aside(), SizeIs(1));
        EXPECT_THAT(told.front(), HasSubstr(set_aside().front()));
        EXPECT_TRUE(content_of(set_aside().front()) == content);
        history.append({{"redis", point_at(some_time)}});
        EXPECT_THAT(all_of(history), ElementsAre(point_at(some_time)));
        EXPECT_THAT(told, SizeIs(1));
    }
    void expect_error(ErrorCode code, const std::string& words) {
        auto history = store();
        for (const bool writes : {false, true}) {
            try {
                writes ? history.append({{"redis", point_at(some_time)}})
                       : static_cast<void>(all_of(history));
                ADD_FAILURE() << "nothing was thrown";
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), code) << error.what();
                EXPECT_THAT(error.what(), HasSubstr(words));
                EXPECT_THAT(error.what(), HasSubstr(folder));
            }
        }
        EXPECT_THAT(told, IsEmpty());
    }
};

TEST_F(HistoryDamage, WhatIsNoDatabaseIsSetAside) {
    const std::string text(5000, 'x');
    set_content(text);
    expect_a_new_one(text);
}

/// The first has the most in it, and all may come within one second.
TEST_F(HistoryDamage, TheFirstThatWasSetAsideIsNeverReplaced) {
    for (int i = 0; i < 6; ++i) {
        set_content("no database, number " + std::to_string(i) + std::string(1000, '.'));
        auto history = store();
        history.append({{"redis", point_at(some_time)}});
    }
    const auto kept = set_aside();
    ASSERT_THAT(kept, SizeIs(3));
    EXPECT_THAT(content_of(*std::ranges::min_element(kept)), HasSubstr("number 0"));
}

TEST_F(HistoryDamage, AnotherProgramsDatabaseIsSetAside) {
    {
        SQLite::Database other(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        other.exec("CREATE TABLE points (x)");
    }
    expect_a_new_one(content_of(path));
}

TEST_F(HistoryDamage, OneWithoutOurTablesIsSetAside) {
    filled();
    {
        SQLite::Database other(path, SQLite::OPEN_READWRITE);
        other.exec("DROP TABLE points; PRAGMA journal_mode=DELETE");
    }
    expect_a_new_one(content_of(path));
}

TEST_F(HistoryDamage, ATruncatedOneIsSetAsideWhereverItEnds) {
    filled();
    const auto whole = content_of(path);
    for (std::size_t size = 512; size < whole.size(); size += 1536) {
        for (const auto& name : set_aside()) fs::remove(name);
        told.clear();
        set_content(whole.substr(0, size));
        expect_a_new_one(whole.substr(0, size));
    }
}

TEST_F(HistoryDamage, AnEmptyOneIsANewOne) {
    set_content("");
    auto history = store();
    history.append({{"redis", point_at(some_time)}});
    EXPECT_THAT(all_of(history), ElementsAre(point_at(some_time)));
    EXPECT_THAT(told, IsEmpty());
}

/// A byte of a number is a number as well: what can be noticed is, and whatever it is, the store
/// answers, and takes points again.
TEST_F(HistoryDamage, BytesThatFlipAnywhereStopNothing) {
    filled();
    const auto whole = content_of(path);
    std::mt19937 random(20);
    int noticed = 0;
    for (int trial = 0; trial < 400; ++trial) {
        auto content = whole;
        const int flips = 1 << trial % 8;
        for (int i = 0; i < flips; ++i)
            content[random() % content.size()] ^= static_cast<char>(1 + random() % 255);
        set_content(content);
        told.clear();
        auto history = store();
        try {
            all_of(history);
            history.append({{"redis", point_at(some_time + day)}});
            EXPECT_THAT(history.points("redis", some_time + day, some_time + day, 9),
                        ElementsAre(point_at(some_time + day)));
        } catch (const Error& error) {
            // The flipped byte was that of the format's version.
            EXPECT_EQ(error.code(), ErrorCode::not_supported) << error.what();
        }
        noticed += told.empty() ? 0 : 1;
        EXPECT_THAT(told, SizeIs(::testing::Le(1u)));
        fs::remove(std::string(path) + "-wal");
    }
    EXPECT_GT(noticed, 100);
    EXPECT_THAT(set_aside(), SizeIs(::testing::Le(3u))) << "T23: they do not pile up";
}

TEST_F(HistoryDamage, DamageThatIsMetLaterIsSetAsideThen) {
    filled();
    auto history = store();
    ASSERT_THAT(all_of(history), SizeIs(steps));
    set_content(std::string(9000, 'y'));
    history.append({{"redis", point_at(some_time)}});
    EXPECT_THAT(all_of(history), ElementsAre(point_at(some_time)));
    EXPECT_THAT(told, SizeIs(1));
}

TEST_F(HistoryDamage, ANewerVersionsIsLeftAlone) {
    filled();
    { SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA user_version=2"); }
    const auto content = content_of(path);
    expect_error(ErrorCode::not_supported, "format 2");
    EXPECT_TRUE(content_of(path) == content);
    EXPECT_THAT(set_aside(), IsEmpty());
}

TEST_F(HistoryDamage, WhatIsNoFileIsNotOpened) {
    ASSERT_EQ(::mkfifo(path, 0600), 0);
    expect_error(ErrorCode::failed, "no regular file");
    fs::remove(path);
    make_symlink("/mnt/elsewhere", path);
    expect_error(ErrorCode::failed, "no regular file");
    EXPECT_FALSE(fs::exists("/mnt/elsewhere"));
}

TEST_F(HistoryDamage, AFolderThatOthersMayWriteToIsNotTrusted) {
    ASSERT_EQ(::chmod(folder, 0777), 0);
    expect_error(ErrorCode::unsafe_path, "chmod 0700");
    ASSERT_EQ(::chmod(folder, 0700), 0);
    give(folder, 1000, 1000);
    expect_error(ErrorCode::unsafe_path, "root's");
}

TEST_F(HistoryDamage, OneThatSomebodyElseHoldsIsBusyAndUsableAfterwards) {
    filled();
    {
        SQLite::Database other(path, SQLite::OPEN_READWRITE);
        other.exec("PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE");
        expect_error(ErrorCode::busy, "another process");
    }
    auto history = store();
    EXPECT_THAT(all_of(history), SizeIs(steps));
}

// --- kills
// -------------------------------------------------------------------------------------------

/// Appends point after point, and tells each that `append` returned from.
[[noreturn]] void append_for_ever(int told, std::uint64_t from) {
    sys::HistoryStore history("/mnt/state", {.tiers = {}, .bytes = 512 * 1024},
                              [](const std::string&) { ::_exit(3); });
    for (std::uint64_t i = from;; ++i) {
        history.append({{"redis", point_at(i)}, {"", point_at(i)}});
        if (::write(told, &i, sizeof i) != sizeof i) ::_exit(4);
    }
}

TEST_F(HistoryTest, T31_AKillLosesAtMostTheSampleInFlight) {
    std::mt19937 random(21);
    std::uint64_t next = some_time, last_told = 0, kills_within = 0;
    for (int kill = 0; kill < 200; ++kill) {
        int pipe[2];
        ASSERT_EQ(::pipe(pipe), 0);
        const pid_t child = ::fork();
        if (child == 0) append_for_ever(pipe[1], next);
        ::close(pipe[1]);
        // Every second one has told some before, so that no machine is too slow to get anywhere.
        std::uint64_t each = 0;
        for (int wanted = kill % 2 * 3; wanted > 0; --wanted)
            if (::read(pipe[0], &each, sizeof each) == sizeof each) last_told = each;
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself, with " << WEXITSTATUS(status);
        while (::read(pipe[0], &each, sizeof each) == sizeof each) last_told = each;
        ::close(pipe[0]);
        auto history = store({.tiers = {}, .bytes = 512 * 1024});
        const auto left = all_of(history);
        ASSERT_THAT(told, IsEmpty());
        ASSERT_EQ(all_of(history, ""), left) << "a sample is whole or not there";
        if (last_told == 0) continue;
        ASSERT_GE(left.back().time, last_told) << "what was told is there";
        ASSERT_LE(left.back().time, last_told + 1);
        kills_within += left.back().time > last_told ? 1 : 0;
        for (std::size_t i = 0; i < left.size(); ++i)
            ASSERT_EQ(left[i], point_at(left.back().time - left.size() + 1 + i)) << "no gap";
        last_told = left.back().time;
        next = last_told + 1;
    }
    RecordProperty("samples", static_cast<int>(next - some_time));
    RecordProperty("kills_between_commit_and_answer", static_cast<int>(kills_within));
    EXPECT_GT(next - some_time, 200u);
}

}  // namespace
}  // namespace jts::hot_storage::test
