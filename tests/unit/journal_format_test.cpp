// What is written into a change's record is read as it was, and anything else is an Error.
#include "engine/journal_format.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "engine/byte_stream.hpp"
#include "unit/journal_records.hpp"

namespace jts::hot_storage::test {
namespace {

using namespace engine;

constexpr FrameType all_types[] = {FrameType::header,  FrameType::directories, FrameType::directory,
                                   FrameType::batch,   FrameType::outcomes,    FrameType::attempt,
                                   FrameType::undoing, FrameType::result};

FrameType any_type() {
    return *rc::gen::elementOf(std::vector(std::begin(all_types), std::end(all_types)));
}

/// Whether it says no in the one way that is allowed; anything else ends the test.
template <typename Action>
bool is_refused(Action action) {
    try {
        action();
    } catch (const Error& error) {
        RC_ASSERT(error.code() == ErrorCode::failed);
        return true;
    }
    return false;
}

RC_GTEST_PROP(JournalFormat, ABatchReadsAsItWasWritten, ()) {
    const auto number = any_number<std::uint64_t>();
    const auto batch = any_batch();
    const auto payload = encode_batch(number, batch);
    RC_ASSERT(batch_number(payload) == number);
    RC_ASSERT(decode_batch(payload) == batch);
}

RC_GTEST_PROP(JournalFormat, OutcomesReadAsTheyWereWritten, ()) {
    const auto number = any_number<std::uint64_t>();
    const auto outcomes = any_outcomes();
    const auto payload = encode_outcomes(number, outcomes);
    RC_ASSERT(batch_number(payload) == number);
    RC_ASSERT(decode_outcomes(payload) == outcomes);
    RC_ASSERT(payload.size() <= max_outcome_size * (outcomes.size() + 1));
}

RC_GTEST_PROP(JournalFormat, AFrameReadsAsItWasWrittenWhateverFollows, ()) {
    const auto type = any_type();
    const auto payload = *rc::gen::arbitrary<std::string>();
    const auto bytes = encode_frame(type, payload) + *rc::gen::arbitrary<std::string>();
    const auto frame = decode_frame(bytes);
    RC_ASSERT(frame.has_value());
    RC_ASSERT(frame->type == type);
    RC_ASSERT(frame->payload == payload);
}

TEST(JournalFormat, AFrameOfNothingIsAFrame) {
    for (const FrameType type : all_types) {
        const auto bytes = encode_frame(type, {});
        ASSERT_TRUE(decode_frame(bytes).has_value());
        EXPECT_EQ(decode_frame(bytes)->payload, "");
        EXPECT_EQ(bytes, encode_frame(type, "")) << "a null pointer and an empty text are the same";
    }
}

TEST(JournalFormat, AFrameOfAKindThatIsNotKnownIsNone) {
    for (int kind = 0; kind <= UINT8_MAX; ++kind) {
        const auto type = static_cast<FrameType>(kind);
        const bool is_known = std::ranges::find(all_types, type) != std::end(all_types);
        EXPECT_EQ(decode_frame(encode_frame(type, "x")).has_value(), is_known) << kind;
    }
}

RC_GTEST_PROP(JournalFormat, AShortenedOrFlippedFrameIsNone, ()) {
    const auto whole = encode_frame(any_type(), *rc::gen::arbitrary<std::string>());
    const auto at = *rc::gen::inRange<std::size_t>(0, whole.size());
    RC_ASSERT(!decode_frame(std::string_view(whole).substr(0, at)));
    auto flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << *rc::gen::inRange(0, 8)));
    RC_ASSERT(!decode_frame(flipped));
}

RC_GTEST_PROP(JournalFormat, TheNextWholeFrameIsFoundBehindAnything, ()) {
    const auto before = *rc::gen::arbitrary<std::string>() + *rc::gen::element("", "JCF1", "JCF");
    const auto frame = encode_frame(any_type(), *rc::gen::arbitrary<std::string>());
    RC_ASSERT(find_frame(before + frame + "JCF1", 0) == before.size());
    RC_ASSERT(!find_frame(before + frame, before.size() + 1));
    RC_ASSERT(!find_frame(before + frame.substr(0, frame.size() - 1), 0));
}

RC_GTEST_PROP(JournalFormat, ATrailerReadsAsItWasWrittenAndNoFlippedOneDoes, ()) {
    const auto offset = any_number<std::uint64_t>();
    auto trailer = encode_trailer(offset);
    RC_ASSERT(trailer.size() == trailer_size);
    RC_ASSERT(decode_trailer(trailer) == offset);
    RC_ASSERT(!decode_trailer(trailer + "x"));
    const auto at = *rc::gen::inRange<std::size_t>(0, trailer.size());
    trailer[at] = static_cast<char>(trailer[at] ^ (1 << *rc::gen::inRange(0, 8)));
    RC_ASSERT(!decode_trailer(trailer));
}

RC_GTEST_PROP(JournalFormat, ShortenedPayloadsAreRefused, ()) {
    const auto batch = encode_batch(1, any_batch()), outcomes = encode_outcomes(1, any_outcomes());
    const auto cut = [](const std::string& text) {
        return text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size()));
    };
    RC_ASSERT(is_refused([&] { decode_batch(cut(batch)); }));
    RC_ASSERT(is_refused([&] { decode_outcomes(cut(outcomes)); }));
    RC_ASSERT(is_refused([&] { decode_batch(batch + "x"); }));
    RC_ASSERT(is_refused([&] { decode_outcomes(outcomes + "x"); }));
}

RC_GTEST_PROP(JournalFormat, AnyBytesAreReadOrRefused, ()) {
    const auto bytes = *rc::gen::arbitrary<std::string>();
    is_refused([&] { decode_batch(bytes); });
    is_refused([&] { decode_outcomes(bytes); });
    is_refused([&] { batch_number(bytes); });
    is_refused([&] { header_from_json(bytes); });
    is_refused([&] { result_from_json(bytes); });
    is_refused([&] { directories_from_json(bytes); });
}

RC_GTEST_PROP(JournalFormat, HeadersResultsAndDirectoriesReadAsTheyWereWritten, ()) {
    const auto header = any_header();
    RC_ASSERT(header_from_json(to_json(header)) == header);
    const ChangeResult result{any_text(), any_number<std::uint64_t>(), any_list(3, any_change),
                              any_text()};
    RC_ASSERT(result_from_json(to_json(result)) == result);
    const auto directories = any_list(3, [] {
        return sys::DirectoryChange{{any_text(), any_text()}, any_state(), any_state()};
    });
    RC_ASSERT(directories_from_json(to_json(directories)) == directories);
}

RC_GTEST_PROP(JournalFormat, NoResultAndNoDirectoryIsLongerThanWasForeseen, ()) {
    const auto header = any_header();
    ChangeResult result{*rc::gen::element(outcome::succeeded, outcome::recovered,
                                          outcome::rolled_back, outcome::partial),
                        any_number<std::uint64_t>(),
                        {},
                        ""};
    for (const auto& recorded : header.plan) {
        result.applied.push_back(recorded.change);
        result.applied.back().entries = any_number<std::uint64_t>();
    }
    RC_ASSERT(to_json(result).size() <= max_result_size(header));
    const sys::DirectoryChange before{{any_text(), any_text()}, any_state(), {}};
    auto left = before;
    left.left = any_state();
    RC_ASSERT(to_json(std::vector{left}).size() <= max_left_size(before, left.left.acl.size()));
}

/// A batch of one directory that holds one entry of the name.
std::string batch_with(std::string_view name) {
    return encode_batch(1, {{"db", "data"}, {{"", {{std::string(name), {}, 0, {}, {}}}}}});
}

TEST(JournalFormat, ANameThatWouldLeadElsewhereIsRefused) {
    using namespace std::string_view_literals;
    EXPECT_NO_THROW(decode_batch(batch_with("...")));
    for (const auto name : {""sv, "."sv, ".."sv, "a/b"sv, "/"sv, "a\0b"sv})
        EXPECT_TRUE(is_refused([&] { decode_batch(batch_with(name)); })) << name;
}

TEST(JournalFormat, CountsThatCannotBeTrueAreRefusedBeforeRoomIsMadeForThem) {
    ByteWriter batch;
    for (const std::uint64_t number : {1, 0, 0}) batch.number(number);
    batch.number(UINT64_MAX);
    EXPECT_TRUE(is_refused([payload = std::move(batch).take()] { decode_batch(payload); }));
    ByteWriter outcomes;
    outcomes.number(1);
    outcomes.number(UINT64_MAX / 2);
    EXPECT_TRUE(is_refused([payload = std::move(outcomes).take()] { decode_outcomes(payload); }));
}

TEST(JournalFormat, AHeaderFromBeforeMountsWereRecordedHasNone) {
    ChangeHeader header;
    header.change_id = "a";
    header.mounts = {{"db", ""}};
    auto document = nlohmann::json::parse(to_json(header));
    ASSERT_EQ(document.at("value").erase("mounts"), 1u);
    header.mounts.clear();
    EXPECT_EQ(header_from_json(document.dump()), header);
}

TEST(JournalFormat, AnotherVersionsTextIsRefused) {
    auto text = to_json(ChangeResult{});
    const auto at = text.find("\"format\":1");
    ASSERT_NE(at, std::string::npos);
    text[at + 9] = '2';
    EXPECT_TRUE(is_refused([&] { result_from_json(text); }));
}

TEST(JournalFormat, NumbersThatAreNoIntegersAreRefused) {
    for (const char* number : {"1.5", "1e99", "99999999999999999999999"}) {
        const auto text =
            R"({"format":1,"value":{"outcome":"","applied":[],"message":"","ended_at":)" +
            std::string(number) + "}}";
        EXPECT_TRUE(is_refused([&] { result_from_json(text); })) << number;
    }
}

TEST(JournalFormat, WhatIsNoTypeOfAnEntryIsRefused) {
    const auto whole = to_json(std::vector<sys::DirectoryChange>{{{"db", ""}, {}, {}}});
    for (const char* type : {"5", "-1", "77", "\"x\""}) {
        auto text = whole;
        const auto at = text.find("\"type\":0");
        ASSERT_NE(at, std::string::npos);
        text.replace(at + 7, 1, type);
        EXPECT_TRUE(is_refused([&] { directories_from_json(text); })) << type;
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
