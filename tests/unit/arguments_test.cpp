#include "bus/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::bus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The message of the Error(invalid_args) that the function throws.
std::string mistake(const std::function<void()>& function) {
    try {
        function();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_args) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "accepted";
    return {};
}

std::string mistake_in(std::vector<std::string> services) {
    return mistake([&] { check_services(std::move(services)); });
}

TEST(Services, AreSortedAndEachOnce) {
    EXPECT_THAT(check_services({"redis", "kafka", "redis"}), ElementsAre("kafka", "redis"));
    EXPECT_THAT(check_services({}), IsEmpty());
}

TEST(Services, T20_NamesThatNoLayoutCanHaveAreMistakes) {
    for (const char* name : {"", ".", "..", "/", "Redis", "1redis", "redis\n", "a/b", "a-b",
                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        EXPECT_THAT(mistake_in({name}), HasSubstr("is not a service name")) << name;
    }
    EXPECT_NO_THROW(check_services({"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}));
}

TEST(Services, T20_MoreThan64KiBAreAMistakeWhateverTheyHold) {
    EXPECT_THAT(mistake_in(std::vector<std::string>(3000, "redis")), HasSubstr("64 KiB"));
    EXPECT_THAT(mistake_in({std::string(70'000, 'a')}), HasSubstr("64 KiB"));
    EXPECT_NO_THROW(check_services(std::vector<std::string>(1000, "redis")));
}

TEST(Services, T41_AMistakeIsQuotedShortenedAndEscaped) {
    const auto text = mistake_in({"\x1b[2J" + std::string(1000, 'x')});
    EXPECT_THAT(text, HasSubstr("\\x1b[2J"));
    EXPECT_LT(text.size(), 200u);
}

TEST(Options, ATextIsTakenOnceAndAMissingOneIsNothing) {
    Options options({{"plan_digest", sdbus::Variant(std::string("abc"))}});
    EXPECT_EQ(options.take_string("other"), std::nullopt);
    EXPECT_EQ(options.take_string("plan_digest"), "abc");
    EXPECT_EQ(options.take_string("plan_digest"), std::nullopt);
    EXPECT_NO_THROW(options.finish());
}

TEST(Options, OneThatNobodyTakesIsAMistake) {
    const Options options({{"for\nce", sdbus::Variant(true)}});
    EXPECT_THAT(mistake([&] { options.finish(); }), HasSubstr("\"for\\x0ace\""));
}

TEST(Options, AValueOfTheWrongTypeIsAMistakeThatNamesBothTypes) {
    Options options({{"plan_digest", sdbus::Variant(std::uint32_t{1})}});
    EXPECT_THAT(mistake([&] { options.take_string("plan_digest"); }),
                HasSubstr("has type u, but s is expected"));
}

TEST(Options, ADurationCanAlwaysBeAddedToATime) {
    Options options({{"wait", sdbus::Variant(std::uint64_t{1'500'000})},
                     {"max_age", sdbus::Variant(std::numeric_limits<std::uint64_t>::max())}});
    EXPECT_EQ(options.take_duration("wait"), std::chrono::milliseconds(1500));
    const auto longest = options.take_duration("max_age").value();
    EXPECT_EQ(longest, for_ever);
    EXPECT_GT(std::chrono::steady_clock::now() + longest, std::chrono::steady_clock::now());
    EXPECT_GT(std::chrono::nanoseconds(longest), std::chrono::nanoseconds(0));
}

TEST(Options, ABooleanIsNoNumber) {
    Options options({{"write_probe", sdbus::Variant(true)}, {"other", sdbus::Variant(1)}});
    EXPECT_EQ(options.take_bool("write_probe"), true);
    EXPECT_THAT(mistake([&] { options.take_bool("other"); }), HasSubstr("but b is expected"));
}

TEST(Options, ANumberHas32Bits) {
    Options options(
        {{"top", sdbus::Variant(std::uint32_t{7})}, {"other", sdbus::Variant(std::uint64_t{7})}});
    EXPECT_EQ(options.take_number("top"), 7u);
    EXPECT_THAT(mistake([&] { options.take_number("other"); }), HasSubstr("but u is expected"));
}

TEST(Top, IsAtMostAHundred) {
    EXPECT_EQ(check_top(0), 0u);
    EXPECT_EQ(check_top(100), 100u);
    EXPECT_THAT(mistake([] { check_top(101); }), HasSubstr("option top: 101 "));
}

TEST(Priority, IsIdleOrFull) {
    EXPECT_FALSE(check_priority("idle"));
    EXPECT_TRUE(check_priority("full"));
    EXPECT_THAT(mistake([] { check_priority("fast"); }), HasSubstr("priority"));
}

TEST(Digest, Is64LowerCaseHexadecimalDigits) {
    EXPECT_NO_THROW(check_digest(std::string(32, '0') + std::string(32, 'f')));
    for (const auto& digest : {std::string(), std::string(63, 'a'), std::string(65, 'a'),
                               std::string(64, 'A'), std::string(64, 'g')}) {
        EXPECT_THAT(mistake([&] { check_digest(digest); }), HasSubstr("plan_digest"));
    }
}

TEST(Series, AreServicesAndTheOneWithoutAName) {
    check_series("redis");
    check_series("");
    EXPECT_THAT(mistake([] { check_series("../redis"); }), HasSubstr("\"../redis\""));
    EXPECT_THAT(mistake([] { check_series(std::string(1, '\0')); }), HasSubstr("\\x00"));
}

TEST(Period, EndsNotBeforeItBegins) {
    check_period(5, 5);
    check_period(5, 0);
    check_period(0, std::numeric_limits<std::uint64_t>::max());
    EXPECT_THAT(mistake([] { check_period(6, 5); }), HasSubstr("later than until"));
}

}  // namespace
}  // namespace jts::hot_storage::bus
