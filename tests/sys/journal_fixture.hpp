/// A folder of records, on a file system of the test's own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/journal.hpp"
#include "support/sandbox.hpp"

namespace jts::hot_storage::test {

class JournalTest : public ::testing::Test {
  protected:
    /// An id of one digit, 32 times.
    static std::string id(char digit) { return std::string(32, digit); }
    std::string path(char digit) const { return folder + "/" + id(digit); }
    static engine::ChangeHeader header(char digit, std::uint64_t started_at = 1);
    static engine::ChangeResult result(const char* outcome = engine::outcome::succeeded);
    static sys::BatchRecord batch(std::size_t entries);
    static std::vector<sys::EntryOutcome> outcomes(std::size_t entries);
    static sys::DirectoryChange directory();

    /// A record with a frame of each kind that a change has before its result.
    std::unique_ptr<engine::JournalWriter> written(char digit, std::uint64_t started_at = 1);
    void finished(char digit, std::uint64_t started_at = 1) {
        written(digit, started_at)->finish(result());
    }
    std::vector<std::string> ids();
    /// Without remembering anything.
    std::vector<DamagedRecord> damaged();

    Sandbox sandbox;
    const std::string folder = "/mnt/changes";
    engine::Journal journal{folder};
};

std::string content_of(const std::string& path);
void set_content(const std::string& path, std::string_view content);

}  // namespace jts::hot_storage::test
