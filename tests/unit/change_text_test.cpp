// What is said of a change that failed: what stands, what was put back, and what was not.
#include "engine/change_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jts::hot_storage::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const Error cause(ErrorCode::failed, "cannot set mode of /data: Input/output error");
const std::vector<Change> applied{
    {ChangeKind::create_user, "db", "db", "absent", "uid auto", 0, {}},
    {ChangeKind::set_mode, "db", "/data/db", "0777", "0750", 0, {}}};

/// `count` that were left, all for that reason.
UndoReport report_with(std::size_t count, const std::string& reason) {
    UndoReport report;
    for (std::size_t i = 0; i < count; ++i)
        report.not_restored.push_back({"db", "/data/" + std::to_string(i), reason});
    report.not_restored_public = report.not_restored;
    return report;
}

TEST(UndoneError, OfAWholeUndoingSaysSoAndThatAccountsStay) {
    const auto error = undone_error(cause, applied, {}, nullptr);
    EXPECT_EQ(error.code(), ErrorCode::rolled_back);
    EXPECT_THAT(error.what(), AllOf(StartsWith(cause.what()), HasSubstr("was undone"),
                                    HasSubstr("that were made stay: db"), Not(HasSubstr("Had"))));
}

TEST(UndoneError, OfACancelledChangeIsCancelled) {
    const auto error = undone_error(Error(ErrorCode::cancelled, "stopped"), {}, {}, nullptr);
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
}

TEST(UndoneError, SpecialBitsAreNamedAndTheUndoingIsWholeAllTheSame) {
    const auto error =
        undone_error(cause, applied, report_with(1, sys::not_restored::special_bits), nullptr);
    EXPECT_EQ(error.code(), ErrorCode::rolled_back);
    EXPECT_THAT(error.what(), HasSubstr("Not put back: /data/0 (special-bits"));
}

TEST(UndoneError, OfWhatWasLeftIsPartialAndNamesItAndWhatHadBeenDone) {
    const auto error =
        undone_error(cause, applied, report_with(2, sys::not_restored::touched), nullptr);
    EXPECT_EQ(error.code(), ErrorCode::partial);
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("left some of it"), HasSubstr("Not put back: /data/0 (touched"),
                      HasSubstr("Had been done: set-mode /data/db")));
}

TEST(UndoneError, OfAnUndoingThatFailedIsPartialWithItsCause) {
    const Error failure(ErrorCode::failed, "cannot open /data: Too many open files");
    const auto error = undone_error(cause, applied, {}, &failure);
    EXPECT_EQ(error.code(), ErrorCode::partial);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("failed, too: "), HasSubstr(failure.what())));
}

TEST(UndoneError, HasNamesWhereItsCauseOrWhatKeptItFromUndoingHasSome) {
    const Error secret(ErrorCode::failed, "cannot open /secret", "cannot open an entry");
    for (const auto& error :
         {undone_error(secret, applied, {}, nullptr), undone_error(cause, applied, {}, &secret)}) {
        EXPECT_THAT(error.what(), HasSubstr("/secret"));
        EXPECT_THAT(error.public_what(), AllOf(HasSubstr("cannot open an entry"),
                                               HasSubstr("stay: db"), Not(HasSubstr("/secret"))));
    }
    EXPECT_FALSE(undone_error(cause, applied, {}, &cause).has_names());
}

TEST(UndoneError, NamesTwentyAndCountsTheOthers) {
    const auto text = [](std::size_t count) {
        const auto report = report_with(count, "gone");
        return std::string(undone_error(cause, {}, report, nullptr).what());
    };
    EXPECT_THAT(text(20), AllOf(HasSubstr("/data/19 (gone)"), Not(HasSubstr(" more"))));
    EXPECT_THAT(text(23),
                AllOf(HasSubstr("/data/19 (gone) and 3 more"), Not(HasSubstr("/data/20"))));
}

}  // namespace
}  // namespace jts::hot_storage::engine
