// What an answer may hold: the bus throws out who sends too much.
#include "engine/answer_size.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jts::hot_storage::engine {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const std::vector<std::string> many(9000, std::string(1024, 'n'));

TEST(AnswerSize, NamesOfMoreThanEightMebibytesAreTooMany) {
    Change change;
    change.examples = many;
    EXPECT_TRUE(is_too_large(PlanReport{"", {change}}));
    EXPECT_TRUE(is_too_large(ProvisionReport{.changes = {change}}));
    EXPECT_TRUE(is_too_large(ProvisionReport{
        .refused = std::vector<Refusal>(9000, {"db", std::string(1024, 'n'), "gone"})}));
    EXPECT_TRUE(is_too_large(RollbackReport{
        .not_restored = std::vector<Refusal>(9000, {"db", std::string(1024, 'n'), "gone"})}));
    EXPECT_TRUE(is_too_large(ValidationReport{{Finding{.examples = many}}}));
    change.examples.resize(1000);
    EXPECT_FALSE(is_too_large(PlanReport{"", {change}}));
    EXPECT_FALSE(is_too_large(ValidationReport{{Finding{.examples = change.examples}}}));
}

std::vector<AppliedChange> changes_of(std::size_t bytes_each) {
    std::vector<AppliedChange> changes(3);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        changes[i].change_id = std::to_string(i);
        changes[i].changes.resize(1);
        changes[i].changes[0].subject = std::string(bytes_each, 'x');
    }
    return changes;
}

TEST(AnswerSize, OfChangesTheNewestAreKept) {
    auto changes = changes_of(10'000);
    keep_newest(changes);
    EXPECT_EQ(changes.size(), 3u);
    keep_newest(changes, 25'000);
    EXPECT_THAT(changes, ElementsAre(Field(&AppliedChange::change_id, "1"),
                                     Field(&AppliedChange::change_id, "2")));
    keep_newest(changes, 10);
    EXPECT_THAT(changes, IsEmpty());
}

}  // namespace
}  // namespace jts::hot_storage::engine
