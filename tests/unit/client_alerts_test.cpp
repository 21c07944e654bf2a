#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>
#include <sstream>

#include "client/bar.hpp"
#include "client/render.hpp"
#include "client/time_text.hpp"
#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int Done = 0, Findings = 1, Usage = 2;
constexpr std::uint64_t Time = 1'700'000'000'000'000;  // 2023-11-14T22:13:20Z
constexpr std::uint64_t Day = 86'400'000'000;

const Alert Warning{"usage.redis", Level::warning, Time, 81.5, 80, "redis is 81.5 % full"};
const Alert Critical{"filesystem./data", Level::critical, Time, 97, 95, "/data is full"};

class AlertCommands : public testing::Test {
  protected:
    Rig rig;
};

TEST_F(AlertCommands, AlertsAreATableOrAList) {
    rig.script.status_answer.alerts = {Critical, Warning};
    EXPECT_EQ(rig({"alerts"}), Done);
    EXPECT_EQ(rig.console.out,
              "SEVERITY  SINCE                 SUBJECT           MESSAGE\n"
              "critical  2023-11-14T22:13:20Z  filesystem./data  /data is full\n"
              "warning   2023-11-14T22:13:20Z  usage.redis       redis is 81.5 % full\n");
    rig.console.out.clear();
    rig.script.status_answer.alerts = {Warning};
    EXPECT_EQ(rig({"alerts", "--json"}), Done);
    EXPECT_EQ(rig.console.out,
              R"({"schema":1,"alerts":[{"subject":"usage.redis","severity":"warning",)"
              R"("since":1700000000000000,"value":81.5,"threshold":80.0,)"
              R"("message":"redis is 81.5 % full"}]})"
              "\n");
}

TEST_F(AlertCommands, NoneIsSaidAndIsNoFinding) {
    EXPECT_EQ(rig({"alerts", "--exit-code"}), Done);
    EXPECT_THAT(rig.console.out, IsEmpty());
    EXPECT_EQ(rig.console.err, "jts-storage: no alert stands\n");
}

TEST_F(AlertCommands, OneIsAFindingOnlyWhereTheExitCodeIsAskedFor) {
    rig.script.status_answer.alerts = {Warning};
    EXPECT_EQ(rig({"alerts"}), Done);
    EXPECT_EQ(rig({"alerts", "--exit-code"}), Findings);
}

TEST_F(AlertCommands, StatusCountsThem) {
    rig({"status"});
    EXPECT_THAT(rig.console.out, HasSubstr("alerts         none\n"));
    rig.script.status_answer.alerts = {Critical, Warning};
    rig({"status"});
    EXPECT_THAT(rig.console.out, HasSubstr("alerts         2, 1 of them critical\n"));
    rig({"--json", "status"});
    EXPECT_THAT(rig.console.out, HasSubstr(R"("alerts":[{"subject":"filesystem./data")"));
}

TEST_F(AlertCommands, MonitorHasALineForEachEvent) {
    rig.script.events = {AlertRaised{Warning}, AlertCleared{Warning},
                         ChangeApplied{"c1", "provision", "succeeded", 3, 1, 1000},
                         UsageSampled{{{"redis", ServiceUsage{.used_bytes = 2048}}}}};
    EXPECT_EQ(rig({"monitor"}), Done);
    EXPECT_THAT(rig.console.err, HasSubstr("waiting for alerts"));
    std::vector<std::string> lines;
    std::istringstream in(rig.console.out);
    for (std::string line; std::getline(in, line);) lines.push_back(line.substr(21));
    EXPECT_THAT(lines, ElementsAre("alert-raised warning usage.redis: redis is 81.5 % full",
                                   "alert-cleared warning usage.redis",
                                   "change-applied c1 provision succeeded, 3 applied, 1 refused, "
                                   "by uid 1000",
                                   "usage-sampled 1 service, 2.0KiB"));
}

TEST_F(AlertCommands, MonitorsJsonIsADocumentALine) {
    rig.script.events = {AlertRaised{Warning},
                         ChangeApplied{"c1", "provision", "succeeded", 3, 1, 1000}};
    EXPECT_EQ(rig({"monitor", "--json"}), Done);
    std::istringstream in(rig.console.out);
    std::string line;
    ASSERT_TRUE(std::getline(in, line));
    const auto raised = nlohmann::json::parse(line);
    EXPECT_EQ(raised.at("event"), "alert-raised");
    EXPECT_EQ(raised.at("alert").at("subject"), "usage.redis");
    EXPECT_GT(raised.at("time"), Time);
    ASSERT_TRUE(std::getline(in, line));
    EXPECT_EQ(nlohmann::json::parse(line).at("change_id"), "c1");
    EXPECT_FALSE(std::getline(in, line));
}

TEST_F(AlertCommands, MonitorFollowsOneHost) {
    EXPECT_EQ(rig({"monitor", "-H", "web1", "-H", "web2"}), Usage);
    EXPECT_THAT(rig.script.calls, IsEmpty());
}

class ForecastCommand : public testing::Test {
  protected:
    ForecastCommand() {
        redis_.used_bytes = 40'000'000'000;
        redis_.planned_bytes = 50'000'000'000;
        redis_.percent_of_plan = 80;
        redis_.level = Level::warning;
        redis_.forecast =
            Forecast{1e9, 9e8, 1.2e9, Time + 10 * Day, Time + 8 * Day, Time + 11 * Day};
        backup_.used_bytes = 1000;
        disk_.mount_point = "/data";
        disk_.used_bytes = 100;
        disk_.available_bytes = 900;
        disk_.forecast = Forecast{-5, -9, -1, {}, {}, {}};
    }
    int run(const std::vector<std::string>& arguments) {
        rig.script.usage_answer = {{{"redis", redis_}, {"backup", backup_}}, {disk_}};
        rig.script.document = R"({"layout": {"services": {
            "redis": {"thresholds": {"warning_percent": 90}},
            "backup": {"thresholds": {"warning_percent": 200}}},
            "filesystem_thresholds": {"warning_percent": 85}}, "sources": {}})";
        rig.console.out.clear();
        return rig(arguments);
    }

    Rig rig;
    ServiceUsage redis_, backup_;
    FilesystemUsage disk_;
};

TEST_F(ForecastCommand, ShowsGrowthItsBoundsAndWhenItIsFull) {
    EXPECT_EQ(run({"forecast", "--si"}), Done);
    EXPECT_EQ(rig.console.out,
              "SERVICE    USED      OF  PER DAY           BETWEEN  FULL        EARLIEST    LATEST\n"
              "backup    1.0kB       -        -                 -  -           -           -\n"
              "redis    40.0GB  50.0GB   +1.0GB  +900.0MB..+1.2GB  2023-11-24  2023-11-22  "
              "2023-11-25\n"
              "\n"
              "MOUNT  USED     OF  PER DAY   BETWEEN  FULL  EARLIEST  LATEST\n"
              "/data  100B  1.0kB      -5B  -9B..-1B  -     -         -\n");
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(ForecastCommand, JsonHasWhatIsKnownAndNothingElse) {
    EXPECT_EQ(run({"forecast", "--json"}), Done);
    const auto document = nlohmann::json::parse(rig.console.out);
    EXPECT_EQ(document.at("services").at("redis").at("full_at"), Time + 10 * Day);
    EXPECT_EQ(document.at("services").at("redis").at("growth_high"), 1.2e9);
    EXPECT_FALSE(document.at("services").at("backup").contains("growth_bytes_per_day"));
    EXPECT_EQ(document.at("filesystems").at(0).at("growth_low"), -9);
    EXPECT_FALSE(document.at("filesystems").at(0).contains("full_at"));
    EXPECT_EQ(document.at("filesystems").at(0).at("usable_bytes"), 1000);
}

TEST_F(ForecastCommand, SaysThatTheHistoryIsTooShort) {
    redis_.forecast.reset();
    EXPECT_EQ(run({"forecast"}), Done);
    EXPECT_THAT(rig.console.err, HasSubstr("the history is too short"));
}

TEST_F(ForecastCommand, IsPartOfUsage) {
    run({"usage", "--si"});
    EXPECT_THAT(rig.console.out, HasSubstr("############..|.  warning   +1.0GB      now"));
    EXPECT_THAT(rig.console.out, Not(HasSubstr("200"))) << "a mark beyond the bar is none";
    run({"usage", "--json"});
    EXPECT_THAT(rig.console.out, HasSubstr(R"("growth_bytes_per_day":1000000000.0)"));
}

TEST_F(ForecastCommand, UsageIsWatchedUntilItIsTimeToEnd) {
    rig.console.pauses = 2;
    EXPECT_EQ(run({"usage", "--watch", "--json"}), Done);
    EXPECT_EQ(std::count(rig.console.out.begin(), rig.console.out.end(), '\n'), 3);
}

TEST_F(ForecastCommand, NarrowTerminalsHaveFewerColumnsOfUsage) {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // as main() does
    rig.console.terminal = true;
    for (const std::size_t width : {120, 80, 60, 40}) {
        rig.console.width = width;
        run({"usage", "--color=never"});
        std::istringstream in(rig.console.out);
        std::string line;
        ASSERT_TRUE(std::getline(in, line));
        EXPECT_THAT(line, testing::StartsWith("SERVICE")) << width;
        EXPECT_THAT(line, HasSubstr(" LEVEL")) << width;
        EXPECT_EQ(line.find("FILL") != std::string::npos, width >= 80) << width;
        EXPECT_THAT(rig.console.out, HasSubstr("\nMOUNT"));
    }
}

TEST(Bar, IsFullOnlyWhereNothingIsLeft) {
    EXPECT_EQ(bar(0, 0, 10, false), "..........");
    EXPECT_EQ(bar(50, 80, 10, false), "#####...|.");
    EXPECT_EQ(bar(99.9, 80, 10, false), "#########.");
    EXPECT_EQ(bar(100, 80, 10, false), "##########");
    EXPECT_EQ(bar(1e9, 80, 10, false), "##########");
    EXPECT_EQ(bar(0, 100, 10, false), ".........|");
    EXPECT_EQ(bar(5, 80, 0, false), "");
}

TEST(Bar, OfSymbolsHasEighths) {
    EXPECT_EQ(bar(55, 0, 10, true), "\u2588\u2588\u2588\u2588\u2588\u258c\u00b7\u00b7\u00b7\u00b7");
    EXPECT_EQ(bar(1, 80, 10, true), "\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u2502\u00b7");
}

TEST(SpanText, IsInTheLargestWholeUnit) {
    constexpr std::uint64_t Second = 1'000'000;
    EXPECT_EQ(span_text(0), "0s");
    EXPECT_EQ(span_text(119 * Second), "119s");
    EXPECT_EQ(span_text(120 * Second), "2min");
    EXPECT_EQ(span_text(7199 * Second), "119min");
    EXPECT_EQ(span_text(7200 * Second), "2h");
    EXPECT_EQ(span_text(47 * 3600 * Second), "47h");
    EXPECT_EQ(span_text(3 * Day), "3d");
}

}  // namespace
}  // namespace jts::hot_storage::client
