// What the probe printed is parsed as hostile: the account that it ran as may be.
#include "engine/probe_answer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "jts/hot_storage/error.hpp"
#include "probe/answer.hpp"

namespace jts::hot_storage::engine {
namespace {

using nlohmann::json;

/// Why it is not trusted; a test failure where it is.
std::string refusal_of(const std::string& text) {
    try {
        parse_probe_answer(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        return error.what();
    }
    ADD_FAILURE() << "accepted: " << text;
    return {};
}

/// A good answer about one directory, with one member of it changed.
std::string answer_with(const std::string& key, const json& value) {
    json item = {{"service", "redis"},
                 {"directory", "data"},
                 {"error", ""},
                 {"reason", ""},
                 {"latency_usec", 7}};
    item[key] = value;
    return json{{"results", {item}}}.dump();
}

TEST(ProbeAnswer, WhatTheProgramSaysIsUnderstood) {
    const std::vector<ProbeResult> results = {
        {{"redis", ""}, "", "", 123},
        {{"redis", "data"}, "EROFS", "Read-only file system", 0},
        {{"redis", "A.b-c_9"}, "", "", 18'446'744'073'709'551'615u}};
    EXPECT_EQ(parse_probe_answer(probe::answer_of(results)), results);
}

TEST(ProbeAnswer, AnAccountWithoutDirectoriesHasNone) {
    EXPECT_TRUE(parse_probe_answer(probe::answer_of({})).empty());
}

TEST(ProbeAnswer, ControlCharactersOfAReasonAreEscaped_T41) {
    const auto results = parse_probe_answer(probe::answer_of({{{"a", ""}, "EIO", "a\x1b[2Jb", 0}}));
    EXPECT_EQ(results.at(0).reason, "a\\x1b[2Jb");
}

class ForgedProbeAnswer : public testing::TestWithParam<std::string> {};

TEST_P(ForgedProbeAnswer, IsNotTrusted_T47) {
    EXPECT_NE(refusal_of(GetParam()).find("not trusted"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, ForgedProbeAnswer,
    testing::Values("", "null", "[]", "{}", R"({"results":{}})", R"({"results":[],"more":1})",
                    R"({"results":[1]})", R"({"results":[{}]})", R"({"results":[[]]})",
                    R"({"results":[)", answer_with("more", 1), answer_with("service", 1),
                    answer_with("service", ""), answer_with("service", "../x"),
                    answer_with("service", "Redis"), answer_with("directory", nullptr),
                    answer_with("directory", ".."), answer_with("directory", "a/b"),
                    answer_with("directory", std::string(65, 'a')), answer_with("error", "erofs"),
                    answer_with("error", "EROFS"), answer_with("error", "E\x1b"),
                    answer_with("error", "E" + std::string(32, 'A')),
                    answer_with("reason", "Read-only file system"),
                    answer_with("reason", std::string(257, 'a')),
                    answer_with("reason", json::array()), answer_with("latency_usec", -1),
                    answer_with("latency_usec", 1.5), answer_with("latency_usec", "1"),
                    answer_with("latency_usec", true), std::string("{\"results\":[\"\xff\"]}")));

TEST(ProbeAnswer, DeepNestingIsRefusedAtOnce_T47) {
    EXPECT_NE(refusal_of(std::string(60'000, '[')).find("deep"), std::string::npos);
    EXPECT_NE(refusal_of(answer_with("reason", {{"a", {{"b", 1}}}})).find("deep"),
              std::string::npos);
}

TEST(ProbeAnswer, ADirectoryThatStandsTwiceIsRefused_T47) {
    const ProbeResult good{{"redis", "data"}, "", "", 1};
    const ProbeResult bad{{"redis", "data"}, "EROFS", "Read-only file system", 0};
    EXPECT_NE(refusal_of(probe::answer_of({bad, good})).find("twice"), std::string::npos);
}

TEST(ProbeAnswer, TooManyResultsAreRefused_T47) {
    std::vector<ProbeResult> many;
    for (int i = 0; i <= 1024; ++i) many.push_back({{"redis", "d" + std::to_string(i)}, "", "", 1});
    EXPECT_NE(refusal_of(probe::answer_of(many)).find("too long"), std::string::npos);
    many.pop_back();
    EXPECT_EQ(parse_probe_answer(probe::answer_of(many)), many);
}

RC_GTEST_PROP(ProbeAnswer, AnyBytesAreAnAnswerOrAnError, (const std::string& text)) {
    try {
        parse_probe_answer(text);
    } catch (const Error&) {
    }
}

/// Closer to an answer than any bytes are.
RC_GTEST_PROP(ProbeAnswer, AnAnswerWithAnyByteChangedIsAnAnswerOrAnError, (char byte)) {
    auto text = probe::answer_of(
        {{{"redis", "data"}, "EROFS", "Read-only file system", 0}, {{"redis", ""}, "", "", 42}});
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = byte;
    try {
        for (const auto& result : parse_probe_answer(text))
            RC_ASSERT(result.error.empty() == result.reason.empty());
    } catch (const Error&) {
    }
}

RC_GTEST_PROP(ProbeAnswer, WhateverTheReasonsSayNoControlCharacterComesThrough,
              (std::string reason)) {
    reason = "x" + reason.substr(0, 60);
    for (const auto& result :
         parse_probe_answer(probe::answer_of({{{"redis", ""}, "EIO", reason, 0}})))
        for (const char c : result.reason) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace
}  // namespace jts::hot_storage::engine
