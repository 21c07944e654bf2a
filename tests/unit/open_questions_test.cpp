#include "engine/open_questions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace jts::hot_storage::engine {
namespace {

using ::testing::ElementsAre;

class Questions : public ::testing::Test {
  protected:
    bool ask(std::uint32_t uid, int number, bool works = true) {
        return questions_.ask(uid, [this, number, works] {
            asked_.push_back(number);
            return works;
        });
    }

    OpenQuestions questions_{{.open = 2, .waiting = 3}};
    std::vector<int> asked_;
};

TEST_F(Questions, T25_OfOneUserOnlySomeAreOpenAndTheRestFollowInOrder) {
    for (int i = 1; i <= 4; ++i) EXPECT_TRUE(ask(7, i));
    EXPECT_THAT(asked_, ElementsAre(1, 2));
    questions_.answered(7);
    EXPECT_THAT(asked_, ElementsAre(1, 2, 3));
    questions_.answered(7);
    EXPECT_THAT(asked_, ElementsAre(1, 2, 3, 4));
}

TEST_F(Questions, T25_WhatIsOpenAboutOneUserKeepsNoOtherWaiting) {
    for (int i = 1; i <= 4; ++i) ask(7, i);
    ask(8, 5);
    EXPECT_THAT(asked_, ElementsAre(1, 2, 5));
}

TEST_F(Questions, T24_WhoHasTooManyWaitingIsToldSo) {
    for (int i = 1; i <= 5; ++i) EXPECT_TRUE(ask(7, i));
    EXPECT_FALSE(ask(7, 6));
    questions_.answered(7);
    EXPECT_TRUE(ask(7, 7));
    for (int i = 0; i < 5; ++i) questions_.answered(7);
    EXPECT_THAT(asked_, ElementsAre(1, 2, 3, 4, 5, 7)) << "the refused one is never asked";
}

TEST_F(Questions, OneThatCannotBeAskedTakesNoRoom) {
    for (int i = 1; i <= 4; ++i) ask(7, i, false);
    EXPECT_THAT(asked_, ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(questions_.users(), 0u);
}

TEST_F(Questions, AUserIsForgottenWithHisLastAnswer) {
    for (int i = 1; i <= 3; ++i) ask(7, i);
    for (int i = 0; i < 3; ++i) questions_.answered(7);
    EXPECT_EQ(questions_.users(), 0u);
}

}  // namespace
}  // namespace jts::hot_storage::engine
