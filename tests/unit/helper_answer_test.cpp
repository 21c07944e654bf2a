// What a helper unit printed is parsed as hostile.
#include "engine/helper_answer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "accounts/answer.hpp"

namespace jts::hot_storage::engine {
namespace {

std::pair<ErrorCode, std::string> error_of(const std::string& text) {
    try {
        parse_helper_answer(text);
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    ADD_FAILURE() << "accepted: " << text;
    return {ErrorCode::failed, ""};
}

TEST(HelperAnswer, WhatTheProgramSaysIsUnderstood) {
    const accounts::Outcome outcome{{"group:docker", "user:redis"}, {"shadow:kafka"}};
    const auto answer = parse_helper_answer(accounts::answer_of(outcome));
    EXPECT_EQ(answer.created, outcome.created);
    EXPECT_EQ(answer.repaired, outcome.repaired);
}

TEST(HelperAnswer, AnErrorComesBackAsItself) {
    for (const auto code : {ErrorCode::account_conflict, ErrorCode::invalid_layout, ErrorCode::busy,
                            ErrorCode::unsafe_path, ErrorCode::no_space, ErrorCode::failed}) {
        const auto [thrown, message] = error_of(accounts::answer_of(Error(code, "why and where")));
        EXPECT_EQ(thrown, code);
        EXPECT_EQ(message, "why and where");
    }
}

TEST(HelperAnswer, ControlCharactersOfAMessageAreEscaped_T41) {
    const auto [code, message] =
        error_of(R"({"format":1,"ok":false,"error":{"code":"failed","message":"a\u001b[2Jb"}})");
    EXPECT_EQ(message, "a\\x1b[2Jb");
}

class ForgedAnswer : public testing::TestWithParam<const char*> {};

TEST_P(ForgedAnswer, IsNotTrusted_T47) {
    const auto [code, message] = error_of(GetParam());
    EXPECT_EQ(code, ErrorCode::failed);
    EXPECT_NE(message.find("not trusted"), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    HelperAnswer, ForgedAnswer,
    testing::Values("", "x", "null", "[]", "{}", "{\"format\":1", "1",
                    R"({"format":2,"ok":true,"created":[],"repaired":[]})",
                    R"({"format":"1","ok":true,"created":[],"repaired":[]})",
                    R"({"format":1,"ok":1,"created":[],"repaired":[]})",
                    R"({"format":1,"ok":true,"created":[]})",
                    R"({"format":1,"ok":true,"created":{},"repaired":[]})",
                    R"({"format":1,"ok":true,"created":[1],"repaired":[]})",
                    R"({"format":1,"ok":true,"created":[[]],"repaired":[]})",
                    R"({"format":1,"ok":true,"created":[],"repaired":[],"more":1})",
                    R"({"format":1,"ok":false})", R"({"format":1,"ok":false,"error":"busy"})",
                    R"({"format":1,"ok":false,"error":{"code":"busy"}})",
                    R"({"format":1,"ok":false,"error":{"code":"root","message":""}})",
                    R"({"format":1,"ok":false,"error":{"code":"busy","message":1}})",
                    R"({"format":1,"ok":false,"error":{"code":"busy","message":"","x":1}})",
                    "{\"format\":1,\"ok\":true,\"created\":[\"\xff\"],\"repaired\":[]}"));

TEST(HelperAnswer, DeepNestingIsRefusedAtOnce_T47) {
    EXPECT_EQ(error_of(std::string(60'000, '[')).first, ErrorCode::failed);
    EXPECT_NE(error_of("{\"a\":" + std::string(60'000, '[')).second.find("deep"),
              std::string::npos);
}

TEST(HelperAnswer, LongListsAndLongNamesAreRefused_T47) {
    accounts::Outcome many;
    many.created.assign(513, "user:a");
    EXPECT_EQ(error_of(accounts::answer_of(many)).first, ErrorCode::failed);
    const accounts::Outcome long_name{{std::string(65, 'a')}, {}};
    EXPECT_EQ(error_of(accounts::answer_of(long_name)).first, ErrorCode::failed);
}

RC_GTEST_PROP(HelperAnswer, AnyBytesAreAnAnswerOrAnError, (const std::string& text)) {
    try {
        parse_helper_answer(text);
    } catch (const Error&) {
    }
}

}  // namespace
}  // namespace jts::hot_storage::engine
