#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/convert.hpp"
#include "client/convert_json.hpp"

namespace jts::hot_storage::client {
namespace {

using nlohmann::json;
using sdbus::Variant;
using testing::HasSubstr;

Variant text(const char* value) {
    return Variant(std::string(value));
}

Variant number(std::uint64_t value) {
    return Variant(value);
}

Dictionary finding_dictionary() {
    return {{"check", text("probe.write")}, {"result", text("warn")}, {"service", text("redis")},
            {"subject", text("/b/redis")},  {"expected", text("e")},  {"actual", text("a")},
            {"message", text("m")},         {"fix", text("f")}};
}

Dictionary usage_dictionary() {
    return {{"path", text("/b/redis")},
            {"mount_point", text("/b")},
            {"used_bytes", number(1)},
            {"apparent_bytes", number(2)},
            {"inodes", number(3)},
            {"planned_bytes", number(4)},
            {"percent_of_plan", Variant(25.5)},
            {"level", text("critical")},
            {"method", text("scan")},
            {"sampled_at", number(5)},
            {"incomplete", Variant(true)},
            {"mounts_skipped", Variant(std::uint32_t{6})}};
}

Dictionary filesystem_dictionary() {
    return {
        {"mount_point", text("/b")},   {"type", text("xfs")},          {"source", text("/dev/x")},
        {"capacity_bytes", number(1)}, {"available_bytes", number(2)}, {"used_bytes", number(3)},
        {"planned_bytes", number(4)},  {"reserve_bytes", number(5)},   {"inodes_total", number(6)},
        {"inodes_free", number(7)},    {"level", text("warning")}};
}

Dictionary job_properties() {
    return {{"Kind", text("Plan")},     {"State", text("running")}, {"Phase", text("walking")},
            {"Progress", Variant(0.5)}, {"ItemsDone", number(1)},   {"ItemsTotal", number(2)},
            {"BytesDone", number(3)},   {"BytesTotal", number(4)},  {"OwnerUid", Variant(1000u)},
            {"StartedAt", number(5)}};
}

const ServiceUsage Usage{"/b/redis", "/b", 1, 2, 3, 4, 25.5, Level::critical, "scan", 5, true, 6};
const FilesystemUsage Disk{"/b", "xfs", "/dev/x", 1, 2, 3, 4, 5, 6, 7, Level::warning};

template <typename Convert>
void every_key_is_needed(const Dictionary& whole, Convert convert) {
    EXPECT_NO_THROW(convert(whole));
    for (const auto& [key, value] : whole) {
        Dictionary part = whole;
        part.erase(key);
        EXPECT_THROW(convert(part), Error) << key;
    }
}

TEST(ClientConversion, AFindingKeepsEveryMemberAndSomeMayBeAbsent) {
    Finding expected{
        "probe.write", CheckResult::warn, "redis", "/b/redis", "e", "a", "m", "f", 0, {}, {}};
    EXPECT_EQ(to_finding(finding_dictionary()), expected);
    Dictionary full = finding_dictionary();
    full.emplace("entries", number(9));
    full.emplace("examples", Variant(std::vector<std::string>{"/b/redis/x"}));
    full.emplace("latency_usec", number(0));
    expected.entries = 9;
    expected.examples = {"/b/redis/x"};
    expected.latency_usec = 0;
    EXPECT_EQ(to_finding(full), expected);
}

TEST(ClientConversion, HalfAnAnswerIsNeverAWholeOne) {
    every_key_is_needed(finding_dictionary(), to_finding);
    every_key_is_needed(usage_dictionary(), to_service_usage);
    every_key_is_needed(filesystem_dictionary(), to_filesystem_usage);
    every_key_is_needed(job_properties(), [](const auto& values) { return to_job("id", values); });
}

TEST(ClientConversion, WordsThatAreUnknownAreNotShownAsSomethingElse) {
    Dictionary finding = finding_dictionary();
    finding["result"] = text("perhaps");
    EXPECT_THROW(to_finding(finding), Error);
    Dictionary usage = usage_dictionary();
    usage["level"] = text("full");
    EXPECT_THROW(to_service_usage(usage), Error);
    Dictionary job = job_properties();
    job["State"] = text("asleep");
    EXPECT_THROW(to_job("id", job), Error);
}

TEST(ClientConversion, AValidationThatSaysOkInSpiteOfAFailureIsNotBelieved) {
    Dictionary failed = finding_dictionary();
    failed["result"] = text("fail");
    const auto answer = [&](bool ok) {
        return to_validation(
            {{"ok", Variant(ok)}, {"findings", Variant(std::vector<Dictionary>{failed})}});
    };
    EXPECT_EQ(answer(false).count(CheckResult::fail), 1u);
    EXPECT_THROW(answer(true), Error);
}

TEST(ClientConversion, TopDirectoriesAreThereWhereTheyWereAskedForAndWhole) {
    EXPECT_FALSE(to_service_usage(usage_dictionary()).top);
    const Dictionary directory = {{"path", text("/b/redis/data/x")}, {"used_bytes", number(7)}};
    Dictionary growing = directory;
    growing.emplace("growth_bytes_per_day", Variant(-1.5));
    Dictionary usage = usage_dictionary();
    const auto with = [&](const std::vector<Dictionary>& directories) {
        usage["top_directories"] = Variant(directories);
        usage["top_incomplete"] = Variant(true);
        return to_service_usage(usage).top.value();
    };
    EXPECT_EQ(with({}), (TopDirectories{{}, true}));
    EXPECT_EQ(with({directory, growing}),
              (TopDirectories{{{"/b/redis/data/x", 7, {}}, {"/b/redis/data/x", 7, -1.5}}, true}));
    every_key_is_needed(directory, [&](const Dictionary& part) { with({part}); });
    growing["growth_bytes_per_day"] = number(2);
    EXPECT_THROW(with({growing}), Error);
    usage.erase("top_incomplete");
    EXPECT_THROW(to_service_usage(usage), Error);
}

TEST(ClientConversion, AJobsResultIsReadByTheNamesOfTheOutArguments) {
    const Dictionary usage = {
        {"services", Variant(DictionaryByName{{"redis", usage_dictionary()}})},
        {"filesystems", Variant(std::vector<Dictionary>{filesystem_dictionary()})}};
    EXPECT_EQ(to_usage(usage), (UsageReport{{{"redis", Usage}}, {Disk}}));
    EXPECT_EQ(to_usage({{"redis", usage_dictionary()}}, {filesystem_dictionary()}),
              to_usage(usage));
    const Dictionary plan = {{"digest", text("d1")},
                             {"changes", Variant(std::vector<Dictionary>{})}};
    EXPECT_EQ(to_plan(plan), (PlanReport{"d1", {}}));
    EXPECT_THROW(to_plan(Dictionary{}), Error);
}

TEST(ClientConversion, AJobKeepsEveryProperty) {
    EXPECT_EQ(to_job("id", job_properties()),
              (JobStatus{"id", "Plan", JobState::running, "walking", 0.5, 1, 2, 3, 4, 1000, 5}));
}

TEST(ClientConversion, AnAgeIsNeverNegative) {
    EXPECT_EQ(to_bus_age(std::chrono::microseconds(-1)).get<std::uint64_t>(), 0u);
    EXPECT_EQ(to_bus_age(std::chrono::microseconds(7)).get<std::uint64_t>(), 7u);
}

TEST(ResultAsJson, PlainValuesKeepTheirRangeAndSign) {
    EXPECT_EQ(json_of(Variant(true)), json(true));
    EXPECT_EQ(json_of(Variant(std::uint8_t{255})), json(255));
    EXPECT_EQ(json_of(Variant(std::int16_t{-7})), json(-7));
    EXPECT_EQ(json_of(Variant(std::uint16_t{65535})), json(65535));
    EXPECT_EQ(json_of(Variant(std::int32_t{-8})), json(-8));
    EXPECT_EQ(json_of(Variant(std::uint32_t{4'000'000'000})), json(4'000'000'000));
    EXPECT_EQ(json_of(Variant(std::int64_t{-9})), json(-9));
    EXPECT_EQ(json_of(number(~std::uint64_t{0})).dump(), "18446744073709551615");
    EXPECT_EQ(json_of(Variant(0.25)), json(0.25));
    EXPECT_EQ(json_of(text("a\"b")), json("a\"b"));
    EXPECT_EQ(json_of(Variant(sdbus::ObjectPath("/a"))), json("/a"));
}

TEST(ResultAsJson, ContainersNest) {
    const Dictionary inner = {{"n", number(1)}, {"list", Variant(std::vector<std::string>{"x"})}};
    const Dictionary outer = {{"one", Variant(inner)},
                              {"many", Variant(std::vector<Dictionary>{inner, {}})},
                              {"named", Variant(DictionaryByName{{"redis", inner}})},
                              {"numbers", Variant(std::vector<std::uint64_t>{1, 2})},
                              {"none", Variant(std::vector<Dictionary>{})},
                              {"variant", Variant(Variant(7u))}};
    EXPECT_EQ(json_of(outer), json::parse(R"({
        "one": {"n": 1, "list": ["x"]},
        "many": [{"n": 1, "list": ["x"]}, {}],
        "named": {"redis": {"n": 1, "list": ["x"]}},
        "numbers": [1, 2], "none": [], "variant": 7})"));
    EXPECT_EQ(json_text_of({}), "{}");
}

TEST(ResultAsJson, ATypeThatNoDictionaryHasIsNamed) {
    try {
        json_of(Variant(sdbus::Struct<std::int32_t, std::int32_t>(1, 2)));
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        EXPECT_THAT(error.what(), HasSubstr("'(ii)'"));
    }
}

}  // namespace
}  // namespace jts::hot_storage::client
