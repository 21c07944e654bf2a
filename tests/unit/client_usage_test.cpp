#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/render.hpp"
#include "client/time_text.hpp"
#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr int Done = 0, Findings = 1, Usage = 2;
constexpr std::uint64_t GiB = 1024 * 1024 * 1024;

class UsageCommand : public testing::Test {
  protected:
    UsageCommand() {
        redis_.path = "/b/redis";
        redis_.mount_point = "/b";
        redis_.used_bytes = 3 * GiB / 2;
        redis_.inodes = 1200;
        redis_.planned_bytes = 50'000'000'000;
        redis_.percent_of_plan = 3.2212;
        redis_.method = "scan";
        redis_.sampled_at = present_time() - 3'500'000;
        disk_.mount_point = "/b";
        disk_.type = "xfs";
        disk_.source = "/dev/nvme0n1p1";
        disk_.capacity_bytes = 1024 * GiB;
        disk_.available_bytes = 1000 * GiB;
        disk_.used_bytes = 24 * GiB;
        disk_.planned_bytes = 50'000'000'000;
    }

    int run(const std::vector<std::string>& arguments) {
        rig.script.usage_answer = {{{"redis", redis_}}, {disk_}};
        rig.console.out.clear();
        rig.console.err.clear();
        return rig(arguments);
    }

    ServiceUsage& redis() { return redis_; }
    FilesystemUsage& disk() { return disk_; }

    Rig rig;

  private:
    ServiceUsage redis_;
    FilesystemUsage disk_;
};

TEST_F(UsageCommand, ShowsServicesAndThenFileSystems) {
    EXPECT_EQ(run({"usage"}), Done);
    EXPECT_EQ(
        rig.console.out,
        "SERVICE    USED  PLANNED    %  FILL              LEVEL  PER DAY  FULL IN  AGE  INODES "
        " "
        "MOUNT\n"
        "redis    1.5GiB  46.6GiB  3.2  ............|...  ok           -        -   3s    1200 "
        " "
        "/b\n"
        "\n"
        "MOUNT  TYPE  CAPACITY     USED  AVAILABLE    %  FILL              LEVEL  PER DAY  "
        "FULL IN  PLANNED\n"
        "/b     xfs     1.0TiB  24.0GiB  1000.0GiB  2.3  .............|..  ok           -  "
        "      -  46.6GiB\n");
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(UsageCommand, SizesAreInTheFormThatWasAskedFor) {
    run({"usage", "--si"});
    EXPECT_THAT(rig.console.out, HasSubstr("1.6GB   50.0GB"));
    run({"--bytes", "usage"});
    EXPECT_THAT(rig.console.out, HasSubstr("1610612736  50000000000"));
}

TEST_F(UsageCommand, WithoutAPlanThereIsNoPercentage) {
    redis().planned_bytes = 0;
    run({"usage", "--no-legend"});
    EXPECT_THAT(rig.console.out, HasSubstr("0B  -  -  ok"));
}

TEST_F(UsageCommand, ALevelIsAFindingOnlyWhereTheExitCodeIsAskedFor) {
    EXPECT_EQ(run({"usage", "--exit-code"}), Done);
    redis().level = Level::warning;
    EXPECT_EQ(run({"usage"}), Done);
    EXPECT_EQ(run({"usage", "--exit-code"}), Findings);
    redis().level = Level::ok;
    disk().level = Level::critical;
    EXPECT_EQ(run({"usage", "--exit-code", "--json"}), Findings);
}

TEST_F(UsageCommand, ACountThatIsTooLowIsMarkedAndNamedEvenQuietly) {
    redis().incomplete = true;
    EXPECT_EQ(run({"-q", "usage"}), Done);
    EXPECT_THAT(rig.console.out, HasSubstr("1.5GiB+"));
    EXPECT_THAT(rig.console.out, HasSubstr(" 1200+ "));
    EXPECT_THAT(rig.console.err, testing::StartsWith("jts-storage: incomplete: redis: "));
}

TEST_F(UsageCommand, MountsThatAreNotCountedAreARemark) {
    redis().mounts_skipped = 1;
    run({"usage"});
    EXPECT_EQ(rig.console.err, "jts-storage: redis: 1 mount inside /b/redis not counted\n");
}

TEST_F(UsageCommand, AServiceThatIsNotThereIsARemark) {
    redis().inodes = 0;
    EXPECT_EQ(run({"usage"}), Done);
    EXPECT_EQ(rig.console.err,
              "jts-storage: not there, and counted as empty: redis; see jts-storage plan\n");
    EXPECT_EQ(run({"--quiet", "usage"}), Done);
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(UsageCommand, TheCountIsShownWithoutMarksWhereTheLayoutHasNone) {
    rig.script.document = R"({"layout": {"services": {"redis": {}}}, "sources": {}})";
    EXPECT_EQ(run({"usage"}), Done);
    EXPECT_THAT(rig.console.out, HasSubstr("  3.2  ................  ok"));
    rig.script.failing = "layout";
    rig.script.failure = Error(ErrorCode::failed, "no layout");
    EXPECT_EQ(run({"usage"}), Done);
    EXPECT_THAT(rig.console.out, HasSubstr("  3.2  ................  ok"));
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(UsageCommand, AWatchAsksForTheLayoutOnceAndJsonNever) {
    rig.console.pauses = 2;
    run({"usage", "--watch"});
    EXPECT_THAT(rig.script.calls, testing::ElementsAre("usage", "layout", "usage", "usage"));
    rig.script.calls.clear();
    rig.console.pauses = 1;
    run({"usage", "--watch", "--json"});
    EXPECT_THAT(rig.script.calls, testing::ElementsAre("usage", "usage"));
}

TEST_F(UsageCommand, AWatchRewritesTheScreenAndLeavesWhatHasScrolledAway) {
    setenv("TERM", "xterm", 1);
    rig.console.terminal = true;
    run({"usage", "--color=never"});
    const std::string once = rig.console.out;
    rig.console.pauses = 1;
    run({"usage", "--color=never", "--watch"});
    EXPECT_EQ(rig.console.out, "\x1b[H\x1b[J" + once + "\x1b[H\x1b[J" + once);
}

TEST_F(UsageCommand, AWatchOnADumbTerminalOrInAPipeOnlyGoesOnBelow) {
    run({"usage"});
    const std::string once = rig.console.out;
    rig.console.width = 200;
    setenv("TERM", "dumb", 1);
    for (const bool terminal : {true, false}) {
        rig.console.terminal = terminal;
        rig.console.pauses = 1;
        run({"usage", "--watch"});
        EXPECT_EQ(rig.console.out, once + "\n" + once) << terminal;
        setenv("TERM", "xterm", 1);
    }
}

TEST_F(UsageCommand, AWatchIsOfOneHostAndHasNoExitCode) {
    EXPECT_EQ(run({"usage", "--watch", "-H", "web1", "-H", "web2"}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("one host"));
    EXPECT_EQ(run({"usage", "--watch", "--exit-code"}), Usage);
    EXPECT_THAT(rig.script.calls, IsEmpty());
}

TEST_F(UsageCommand, OptionsReachTheService) {
    run({"usage"});
    EXPECT_FALSE(rig.script.usage_options.max_age.has_value());
    EXPECT_FALSE(rig.script.usage_options.full_speed);
    run({"usage", "--fresh", "--full-speed", "redis"});
    EXPECT_EQ(rig.script.usage_options.max_age, std::chrono::microseconds(0));
    EXPECT_TRUE(rig.script.usage_options.full_speed);
    EXPECT_THAT(rig.script.services, testing::ElementsAre("redis"));
}

TEST_F(UsageCommand, TopDirectoriesFollowTheTablesOfEachServiceThatHasSome) {
    run({"usage"});
    const std::string tables = rig.console.out;
    redis().top = TopDirectories{};
    run({"usage", "--top=2"});
    EXPECT_EQ(rig.console.out, tables) << "it has none";
    redis().top->directories = {{"/b/redis/data/large", GiB, 1024.0 * 1024},
                                {"/b/redis/data/s", 1024, -512.0},
                                {"/b/redis/data/new", 0, {}}};
    run({"usage", "--top", "2"});
    EXPECT_EQ(rig.console.out, tables +
                                   "\n"
                                   "  USED  SHARE  PER DAY  DIRECTORY\n"
                                   "1.0GiB  66.7%  +1.0MiB  /b/redis/data/large\n"
                                   "1.0KiB   0.0%    -512B  /b/redis/data/s\n"
                                   "    0B   0.0%        -  /b/redis/data/new\n");
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(UsageCommand, OfTopDirectoriesANarrowTerminalShowsSizeAndName) {
    setenv("TERM", "dumb", 1);
    rig.console.terminal = true;
    rig.console.width = 28;
    redis().top = TopDirectories{{{"/b/redis/data/large", GiB, {}}}, false};
    run({"usage", "--top=1", "--no-legend"});
    EXPECT_THAT(rig.console.out, testing::EndsWith("\n1.0GiB  /b/redis/data/large\n"));
}

TEST_F(UsageCommand, OneMayLackWhereNotAllDirectoriesAreToldApart) {
    redis().top = TopDirectories{{{"/b/redis/data/large", GiB, {}}}, true};
    run({"usage", "--top=1"});
    EXPECT_THAT(rig.console.err, HasSubstr("redis: not all of its directories are told apart"));
}

TEST_F(UsageCommand, TopIsANumberFromOneToAHundred) {
    run({"usage"});
    EXPECT_EQ(rig.script.usage_options.top, 0u);
    run({"usage", "--top=100", "--watch"});
    EXPECT_EQ(rig.script.usage_options.top, 100u);
    for (const char* wrong : {"--top=0", "--top=101", "--top=-1", "--top=x", "--top=", "--top"})
        EXPECT_EQ(run({"usage", wrong}), Usage) << wrong;
}

TEST_F(UsageCommand, TheJsonHasTopDirectoriesWhereTheyWereAskedFor) {
    redis().top = TopDirectories{{{"/b/redis/data/a", 7, -1.5}, {"/b/redis/data/b", 1, {}}}, false};
    run({"usage", "--top=1", "--json"});
    EXPECT_THAT(
        rig.console.out,
        HasSubstr(R"("mounts_skipped":0,"top_directories":[{"path":"/b/redis/data/a",)"
                  R"("used_bytes":7,"growth_bytes_per_day":-1.5},{"path":"/b/redis/data/b",)"
                  R"("used_bytes":1}],"top_incomplete":false})"));
}

TEST_F(UsageCommand, TheJsonHasTheContractsKeysAndExactNumbers) {
    redis().sampled_at = 0;
    run({"usage", "--json", "--si"});
    EXPECT_EQ(rig.console.out,
              R"({"schema":1,"services":{"redis":{"path":"/b/redis","mount_point":"/b",)"
              R"("used_bytes":1610612736,"apparent_bytes":0,"inodes":1200,)"
              R"("planned_bytes":50000000000,"percent_of_plan":3.2212,"level":"ok",)"
              R"("method":"scan","sampled_at":0,"incomplete":false,"mounts_skipped":0}},)"
              R"("filesystems":[{"mount_point":"/b","type":"xfs","source":"/dev/nvme0n1p1",)"
              R"("capacity_bytes":1099511627776,"available_bytes":1073741824000,)"
              R"("used_bytes":25769803776,"planned_bytes":50000000000,"reserve_bytes":0,)"
              R"("inodes_total":0,"inodes_free":0,"level":"ok"}]})"
              "\n");
}

TEST(SizeText, ChangesItsUnitAtTheStep) {
    EXPECT_EQ(size_text(0, SizeForm::iec), "0B");
    EXPECT_EQ(size_text(1023, SizeForm::iec), "1023B");
    EXPECT_EQ(size_text(1024, SizeForm::iec), "1.0KiB");
    EXPECT_EQ(size_text(999, SizeForm::si), "999B");
    EXPECT_EQ(size_text(1000, SizeForm::si), "1.0kB");
    EXPECT_EQ(size_text(1000, SizeForm::bytes), "1000");
}

TEST(SizeText, NeverRoundsUpToAWholeStepOfItsUnit) {
    EXPECT_EQ(size_text(999'960, SizeForm::si), "1.0MB");
    EXPECT_EQ(size_text(1024 * 1024 - 1, SizeForm::iec), "1.0MiB");
    EXPECT_EQ(size_text(999'900, SizeForm::si), "999.9kB");
}

TEST(SizeText, HasAUnitForTheLargestNumber) {
    EXPECT_EQ(size_text(~std::uint64_t{0}, SizeForm::iec), "16.0EiB");
    EXPECT_EQ(size_text(~std::uint64_t{0}, SizeForm::si), "18.4EB");
}

}  // namespace
}  // namespace jts::hot_storage::client
