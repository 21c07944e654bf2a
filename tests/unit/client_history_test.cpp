#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "client/columns.hpp"
#include "client/period.hpp"
#include "client/render.hpp"
#include "client/sparkline.hpp"
#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int Done = 0, Usage = 2;
constexpr std::uint64_t Second = 1'000'000, MiB = 1024 * 1024;
/// 2026-01-31T12:00:00Z
constexpr std::uint64_t Noon = 1'769'860'800 * Second;

class HistoryCommand : public testing::Test {
  protected:
    HistoryCommand() {
        rig.script.document =
            R"({"layout": {"base": "/b", "services": {"kafka": {}, "redis": {}}}, "sources": {}})";
        rig.script.history_answer["redis"] = {{Noon, 1 * MiB, 2 * MiB, 7},
                                              {Noon + 300 * Second, 3 * MiB, 4 * MiB, 8},
                                              {Noon + 600 * Second, 2 * MiB, 3 * MiB, 9}};
        rig.script.history_answer[""] = {{Noon, 512 * MiB, 0, 100}};
    }
    Rig rig;
};

TEST_F(HistoryCommand, WithoutAServiceHasARowForEachSeriesThatHasPoints) {
    EXPECT_EQ(rig({"history"}), Done);
    EXPECT_EQ(rig.console.out,
              "SERVICE  POINTS  FROM                  TO                        USED    LOWEST   "
              "HIGHEST  TREND\n"
              "-             1  2026-01-31T12:00:00Z  2026-01-31T12:00:00Z  512.0MiB  512.0MiB  "
              "512.0MiB  _\n"
              "redis         3  2026-01-31T12:00:00Z  2026-01-31T12:10:00Z    2.0MiB    1.0MiB    "
              "3.0MiB  _#+\n");
    EXPECT_THAT(rig.script.services, ElementsAre("", "kafka", "redis"));
    EXPECT_EQ(rig.script.until, 0u);
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(HistoryCommand, OfAServiceShowsEveryPoint) {
    EXPECT_EQ(rig({"history", "redis"}), Done);
    EXPECT_THAT(rig.console.out,
                HasSubstr("\n\nSERVICE  TIME                    USED  APPARENT  INODES\n"
                          "redis    2026-01-31T12:00:00Z  1.0MiB    2.0MiB       7\n"));
    EXPECT_THAT(rig.script.services, ElementsAre("redis"));
}

TEST_F(HistoryCommand, ShowsAServiceThatIsNamedTwiceOnce) {
    EXPECT_EQ(rig({"--no-legend", "history", "--csv", "redis", "", "redis"}), Done);
    EXPECT_THAT(rig.script.services, ElementsAre("redis", ""));
    EXPECT_EQ(std::ranges::count(rig.console.out, '\n'), 4);
}

TEST_F(HistoryCommand, OfTheFileSystemNoApparentSizeIsKnown) {
    EXPECT_EQ(rig({"history", ""}), Done);
    EXPECT_THAT(rig.console.out,
                HasSubstr("-        2026-01-31T12:00:00Z  512.0MiB         -     100\n"));
}

TEST_F(HistoryCommand, AsksForThePeriodThatIsGiven) {
    EXPECT_EQ(rig({"history", "--since=2026-01-30", "--until", "2026-01-31T12:00", "redis"}), Done);
    EXPECT_EQ(rig.script.since, Noon - 36ull * 3600 * Second);
    EXPECT_EQ(rig.script.until, Noon);
    EXPECT_EQ(rig({"history", "--since=soon"}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("'soon' is no time"));
}

TEST_F(HistoryCommand, AsksForTheLastDayByItself) {
    const auto now = static_cast<std::uint64_t>(std::time(nullptr)) * Second;
    EXPECT_EQ(rig({"history", "redis"}), Done);
    EXPECT_GE(rig.script.since, now - 86'400 * Second);
    EXPECT_LE(rig.script.since, now - 86'400 * Second + 3600 * Second);
}

TEST_F(HistoryCommand, PrintsCsvWithAndWithoutItsHead) {
    EXPECT_EQ(rig({"history", "--csv", "redis"}), Done);
    EXPECT_EQ(rig.console.out,
              "service,time,used_bytes,apparent_bytes,inodes\n"
              "redis,2026-01-31T12:00:00Z,1048576,2097152,7\n"
              "redis,2026-01-31T12:05:00Z,3145728,4194304,8\n"
              "redis,2026-01-31T12:10:00Z,2097152,3145728,9\n");
    rig.console.out.clear();
    EXPECT_EQ(rig({"--no-legend", "history", "--csv", ""}), Done);
    EXPECT_EQ(rig.console.out, ",2026-01-31T12:00:00Z,536870912,0,100\n");
    EXPECT_EQ(rig({"--json", "history", "--csv"}), Usage);
}

TEST_F(HistoryCommand, PrintsPointsAsObjects) {
    rig.script.history_answer["redis"].resize(1);
    EXPECT_EQ(rig({"--json", "history", "redis"}), Done);
    EXPECT_EQ(rig.console.out,
              R"({"schema":1,"points":[{"service":"redis","time":1769860800000000,)"
              R"("used_bytes":1048576,"apparent_bytes":2097152,"inodes":7}]})"
              "\n");
}

TEST_F(HistoryCommand, SaysSoWhereNothingWasSampled) {
    EXPECT_EQ(rig({"history", "kafka"}), Done);
    EXPECT_THAT(rig.console.out, IsEmpty());
    EXPECT_THAT(rig.console.err, HasSubstr("nothing was sampled"));
}

TEST_F(HistoryCommand, SampleShowsWhatWasWrittenDown) {
    rig.script.sample_answer = {Noon, 7, false};
    EXPECT_EQ(rig({"sample"}), Done);
    EXPECT_EQ(rig.console.out,
              "RESULT      VALUE\n"
              "sampled_at  2026-01-31T12:00:00Z\n"
              "services    7\n"
              "incomplete  no\n");
    EXPECT_THAT(rig.console.err, IsEmpty());
    rig.console.terminal = true;
    EXPECT_EQ(rig({"sample"}), Done);
    EXPECT_EQ(rig.console.offers, 1);
}

TEST_F(HistoryCommand, SampleNamesWhatIsIncompleteAlsoWithQuiet) {
    rig.script.sample_answer = {Noon, 6, true};
    EXPECT_EQ(rig({"sample", "--quiet", "--json"}), Done);
    EXPECT_EQ(rig.console.out,
              R"({"schema":1,"sampled_at":1769860800000000,"services":6,"incomplete":true})"
              "\n");
    EXPECT_THAT(rig.console.err, HasSubstr("incomplete: "));
}

TEST(Period, TakesLengthsDatesAndSeconds) {
    const auto of = [](const std::string& text) { return time_from_text(text, Noon); };
    EXPECT_EQ(of("90min"), Noon - 5400 * Second);
    EXPECT_EQ(of("0s"), Noon);
    EXPECT_EQ(of("2w"), Noon - 14ull * 86'400 * Second);
    EXPECT_EQ(of("99999999999w"), 1u) << "before the epoch there is nothing, and 0 means now";
    EXPECT_EQ(of("@0"), 1u);
    EXPECT_EQ(of("2026-01-31"), Noon - 43'200 * Second);
    EXPECT_EQ(of("2026-01-31T12:00"), Noon);
    EXPECT_EQ(of("2026-01-31 12:00:00"), Noon);
    EXPECT_EQ(of("2026-01-31T12:00:01Z"), Noon + Second);
    EXPECT_EQ(of("@1769860800"), Noon);
}

TEST(Period, RefusesWhatIsNoTime) {
    for (const char* text :
         {"", "7", "d", "7 d", "-7d", "7dd", "2026-02-30", "2026-01-31T", "@", "@x", "@-1",
          "1969-12-31", "99999999999999999999s", "yesterday", "1d\n"})
        EXPECT_THROW(time_from_text(text, Noon), Error) << text;
}

TEST(Sparkline, GoesFromTheLowestToTheHighest) {
    EXPECT_EQ(sparkline({{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}}, 8, false),
              "_.-~+=*#");
    EXPECT_EQ(sparkline({{0, 5}, {1, 6}}, 8, true), "\u2581\u2588");
    EXPECT_EQ(sparkline({{0, 5}, {1, 5}}, 8, false), "__") << "what does not move";
    EXPECT_EQ(sparkline({{0, 0}, {1, UINT64_MAX}}, 8, false), "_#");
    EXPECT_EQ(sparkline({}, 8, false), "");
}

TEST(Sparkline, IsNeverWiderAndShowsGaps) {
    std::vector<TimedValue> values;
    for (std::uint64_t i = 0; i < 1000; ++i) values.emplace_back(i, i);
    for (const std::size_t width : {1u, 7u, 32u, 1000u, 2000u})
        EXPECT_LE(width_of(sparkline(values, width, false)), width);
    EXPECT_EQ(sparkline(values, 32, false).back(), '#') << "the last value is the last column's";
    EXPECT_EQ(sparkline({{0, 1}, {1, 2}, {100, 3}, {101, 4}}, 4, false), "-??#");
}

}  // namespace
}  // namespace jts::hot_storage::client
