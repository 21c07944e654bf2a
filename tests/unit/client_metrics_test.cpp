#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "client/exposition.hpp"
#include "client/render.hpp"
#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr int Done = 0, Usage = 2, Failed = 3;

class MetricsCommand : public testing::Test {
  protected:
    MetricsCommand() {
        rig.script.document =
            R"({"layout": {"services": {
                  "kafka": {"thresholds": {"warning_percent": 70, "critical_percent": 101}},
                  "redis": {"thresholds": {"warning_percent": 80, "critical_percent": 90}}},
                "filesystem_thresholds": {"warning_percent": 85, "critical_percent": 95}},
                "sources": {}})";
        redis.used_bytes = 9'007'199'254'740'992;
        redis.apparent_bytes = 1;
        redis.inodes = 12;
        redis.planned_bytes = 50'000'000'000;
        redis.level = Level::critical;
        redis.sampled_at = 1'700'000'000'250'000;
        disk.mount_point = "/b";
        disk.type = "xfs";
        disk.source = "/dev/nvme0n1p1";
        disk.capacity_bytes = 1000;
        disk.available_bytes = 600;
        disk.used_bytes = 400;
        disk.reserve_bytes = 50;
        disk.inodes_total = 100;
        disk.inodes_free = 0;
    }

    int run(const std::vector<std::string>& arguments) {
        rig.script.usage_answer = {{{"redis", redis}, {"kafka", kafka}}, {disk}};
        rig.console.out.clear();
        rig.console.err.clear();
        return rig(arguments);
    }

    /// What `jts-storage metrics` prints, without its comments.
    std::vector<std::string> samples(const std::string& family) {
        EXPECT_EQ(run({"metrics"}), Done);
        std::vector<std::string> found;
        std::istringstream lines(rig.console.out);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("jts_hot_storage_" + family + "{"))
                found.push_back(line.substr(16 + family.size()));
        return found;
    }

    Rig rig;
    ServiceUsage redis, kafka;
    FilesystemUsage disk;
};

TEST_F(MetricsCommand, EachFamilyHasItsHelpAndTypeOnceAndItsSamplesTogether) {
    run({"metrics"});
    EXPECT_THAT(
        rig.console.out,
        HasSubstr("# HELP jts_hot_storage_service_inodes Inodes that the service occupies.\n"
                  "# TYPE jts_hot_storage_service_inodes gauge\n"
                  "jts_hot_storage_service_inodes{service=\"kafka\"} 0\n"
                  "jts_hot_storage_service_inodes{service=\"redis\"} 12\n"
                  "# HELP "));
    std::vector<std::string> families;
    std::istringstream lines(rig.console.out);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# HELP ")) families.push_back(line.substr(7, line.find(' ', 7) - 7));
        ASSERT_THAT(families, Not(IsEmpty())) << line;
        if (line.starts_with("# TYPE ")) {
            EXPECT_EQ(line, "# TYPE " + families.back() + " gauge");
        } else if (line.front() != '#') {
            EXPECT_THAT(
                line, AnyOf(StartsWith(families.back() + "{"), StartsWith(families.back() + " ")));
        }
    }
    EXPECT_THAT(std::set<std::string>(families.begin(), families.end()),
                testing::SizeIs(families.size()));
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(MetricsCommand, ServicesAreToldInBaseUnitsAndWithoutAnExponent) {
    EXPECT_EQ(samples("service_used_bytes").back(), "{service=\"redis\"} 9007199254740992");
    EXPECT_EQ(samples("service_apparent_bytes").back(), "{service=\"redis\"} 1");
    EXPECT_EQ(samples("service_sampled_timestamp_seconds").back(),
              "{service=\"redis\"} 1700000000.25");
    EXPECT_THAT(samples("service_warning_ratio"),
                ElementsAre("{service=\"kafka\"} 0.7", "{service=\"redis\"} 0.8"));
    EXPECT_THAT(samples("service_critical_ratio"),
                ElementsAre("{service=\"kafka\"} 1.01", "{service=\"redis\"} 0.9"));
}

TEST_F(MetricsCommand, WhatIsNotPlannedHasNoPlan) {
    EXPECT_THAT(samples("service_planned_bytes"), ElementsAre("{service=\"redis\"} 50000000000"));
}

TEST_F(MetricsCommand, OfTheLevelsOneIsReached) {
    EXPECT_THAT(
        samples("service_level"),
        ElementsAre("{service=\"kafka\",level=\"ok\"} 1", "{service=\"kafka\",level=\"warning\"} 0",
                    "{service=\"kafka\",level=\"critical\"} 0",
                    "{service=\"redis\",level=\"ok\"} 0", "{service=\"redis\",level=\"warning\"} 0",
                    "{service=\"redis\",level=\"critical\"} 1"));
}

TEST_F(MetricsCommand, AnIncompleteCountIsMarked) {
    redis.incomplete = true;
    EXPECT_THAT(samples("service_incomplete"),
                ElementsAre("{service=\"kafka\"} 0", "{service=\"redis\"} 1"));
}

TEST_F(MetricsCommand, WithoutAForecastThereIsNeitherGrowthNorAnEnd) {
    EXPECT_THAT(samples("service_growth_bytes_per_second"), IsEmpty());
    EXPECT_THAT(samples("service_full_timestamp_seconds"), IsEmpty());
    EXPECT_THAT(samples("filesystem_growth_bytes_per_second"), IsEmpty());
    EXPECT_THAT(samples("filesystem_full_timestamp_seconds"), IsEmpty());
}

TEST_F(MetricsCommand, GrowthIsPerSecondAndAnEndIsToldOnlyWhereItIsForeseen) {
    redis.forecast = Forecast{.growth_bytes_per_day = 86400, .full_at = 1'800'000'000'000'000};
    kafka.forecast = Forecast{.growth_bytes_per_day = -43200};
    disk.forecast = redis.forecast;
    EXPECT_THAT(samples("service_growth_bytes_per_second"),
                ElementsAre("{service=\"kafka\"} -0.5", "{service=\"redis\"} 1"));
    EXPECT_THAT(samples("service_full_timestamp_seconds"),
                ElementsAre("{service=\"redis\"} 1800000000"));
    EXPECT_THAT(samples("filesystem_full_timestamp_seconds"),
                ElementsAre(testing::EndsWith("} 1800000000")));
}

TEST_F(MetricsCommand, FileSystemsHaveNodeExportersLabels) {
    const std::string labels = R"({mountpoint="/b",fstype="xfs",device="/dev/nvme0n1p1")";
    EXPECT_THAT(samples("filesystem_capacity_bytes"), ElementsAre(labels + "} 1000"));
    EXPECT_THAT(samples("filesystem_available_bytes"), ElementsAre(labels + "} 600"));
    EXPECT_THAT(samples("filesystem_used_bytes"), ElementsAre(labels + "} 400"));
    EXPECT_THAT(samples("filesystem_planned_bytes"), ElementsAre(labels + "} 0"));
    EXPECT_THAT(samples("filesystem_reserve_bytes"), ElementsAre(labels + "} 50"));
    EXPECT_THAT(samples("filesystem_inodes"), ElementsAre(labels + "} 100"));
    EXPECT_THAT(samples("filesystem_inodes_free"), ElementsAre(labels + "} 0"));
    EXPECT_THAT(samples("filesystem_warning_ratio"), ElementsAre(labels + "} 0.85"));
    EXPECT_THAT(samples("filesystem_critical_ratio"), ElementsAre(labels + "} 0.95"));
    EXPECT_THAT(samples("filesystem_level"),
                ElementsAre(labels + ",level=\"ok\"} 1", labels + ",level=\"warning\"} 0",
                            labels + ",level=\"critical\"} 0"));
}

TEST_F(MetricsCommand, WhereInodesHaveNoFixedNumberNoneIsTold) {
    disk.inodes_total = 0;
    EXPECT_THAT(samples("filesystem_inodes"), IsEmpty());
    EXPECT_THAT(samples("filesystem_inodes_free"), IsEmpty());
}

TEST_F(MetricsCommand, HealthIsOneOfItsStates) {
    rig.script.status_answer.health = "recovering";
    EXPECT_THAT(samples("health"),
                ElementsAre("{state=\"ok\"} 0", "{state=\"degraded\"} 0", "{state=\"critical\"} 0",
                            "{state=\"unprovisioned\"} 0", "{state=\"recovering\"} 1",
                            "{state=\"unknown\"} 0"));
    rig.script.status_answer.health = "a newer one";
    EXPECT_EQ(samples("health").back(), "{state=\"a newer one\"} 1");
}

TEST_F(MetricsCommand, HealthIsThatOfAServiceThatHasLookedAtItsHost) {
    rig.script.looks_before_health = 1;
    EXPECT_EQ(samples("health").front(), "{state=\"ok\"} 1");
}

TEST_F(MetricsCommand, AlertsAndVersionAreToldByTheirLabels) {
    EXPECT_THAT(samples("alert"), IsEmpty());
    rig.script.status_answer.alerts = {{.subject = "filesystem./b", .severity = Level::warning},
                                       {.subject = "usage.redis", .severity = Level::critical}};
    EXPECT_THAT(samples("alert"), ElementsAre("{subject=\"filesystem./b\",severity=\"warning\"} 1",
                                              "{subject=\"usage.redis\",severity=\"critical\"} 1"));
    EXPECT_THAT(samples("build_info"), ElementsAre("{version=\"1.2\"} 1"));
}

TEST_F(MetricsCommand, WhatTheFormatReservesIsEscapedInLabels) {
    disk.mount_point = "/a \\x0ab\"c\nd ä";
    EXPECT_THAT(samples("filesystem_used_bytes"),
                ElementsAre(StartsWith(R"({mountpoint="/a \\x0ab\"c\nd ä",fstype=)")));
}

TEST_F(MetricsCommand, WhatTheTimerHasJustCountedIsNotCountedAgain) {
    run({"metrics"});
    EXPECT_EQ(rig.script.usage_options.max_age, std::chrono::hours(1));
    EXPECT_THAT(rig.script.services, IsEmpty());
}

TEST_F(MetricsCommand, ThereIsNoJsonAndOnlyOneHost) {
    EXPECT_EQ(run({"--json", "metrics"}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("have no JSON"));
    EXPECT_EQ(run({"-H", "a", "-H", "b", "metrics"}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("several hosts"));
    EXPECT_THAT(rig.script.calls, IsEmpty());
}

TEST_F(MetricsCommand, AServiceOfAnotherVersionMayHaveNoThresholds) {
    rig.script.document = R"({"layout": {"services": {"redis": {}}}, "sources": {}})";
    EXPECT_THAT(samples("service_warning_ratio"), IsEmpty());
    EXPECT_THAT(samples("filesystem_critical_ratio"), IsEmpty());
    EXPECT_THAT(samples("service_inodes"), testing::SizeIs(2));
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(MetricsCommand, WithoutUsageThereAreHealthAndAlertsAndTheFailureIsTold) {
    EXPECT_EQ(run({"metrics"}), Done);
    EXPECT_THAT(rig.console.out, HasSubstr("\njts_hot_storage_usage_success 1\n"));
    rig.script.status_answer.health = "critical";
    rig.script.status_answer.alerts = {{.subject = "usage.redis", .severity = Level::critical}};
    rig.script.failing = "usage";
    rig.script.failure = Error(ErrorCode::timed_out, "too late");
    EXPECT_EQ(run({"metrics"}), 8);
    EXPECT_EQ(rig.console.err, "jts-storage: too late\n");
    EXPECT_THAT(rig.console.out, HasSubstr("\njts_hot_storage_usage_success 0\n"));
    EXPECT_THAT(rig.console.out, HasSubstr("\njts_hot_storage_health{state=\"critical\"} 1\n"));
    EXPECT_THAT(rig.console.out, HasSubstr("\njts_hot_storage_alert{subject=\"usage.redis\""));
    EXPECT_THAT(rig.console.out, Not(HasSubstr("\njts_hot_storage_service_")));
}

TEST_F(MetricsCommand, WithoutTheLayoutThereIsWhatWasCountedAndTheFailureIsTold) {
    rig.script.failing = "layout";
    rig.script.failure = Error(ErrorCode::failed, "no layout");
    EXPECT_EQ(run({"metrics"}), Failed);
    EXPECT_EQ(rig.console.err, "jts-storage: no layout\n");
    EXPECT_THAT(rig.console.out, HasSubstr("\njts_hot_storage_usage_success 1\n"));
    EXPECT_THAT(rig.console.out, HasSubstr("\njts_hot_storage_service_inodes{"));
    EXPECT_THAT(rig.console.out, Not(HasSubstr("_warning_ratio{")));
}

// --- the text file -------------------------------------------------------------------------------

class MetricsTextfile : public MetricsCommand {
  protected:
    MetricsTextfile() {
        std::string pattern = testing::TempDir() + "textfile.XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~MetricsTextfile() override { std::filesystem::remove_all(folder_); }

    int write_to(const std::string& path) { return run({"metrics", "--textfile=" + path}); }
    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            found.push_back(entry.path().filename());
        return found;
    }
    static std::string content(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

  private:
    std::string folder_;
};

TEST_F(MetricsTextfile, HoldsWhatIsPrintedAndEverybodyMayReadIt) {
    const mode_t before = ::umask(0077);
    EXPECT_EQ(write_to(path("hot.prom")), Done);
    ::umask(before);
    EXPECT_THAT(rig.console.out + rig.console.err, IsEmpty());
    run({"metrics"});
    EXPECT_EQ(content(path("hot.prom")), rig.console.out);
    struct stat status {};
    ASSERT_EQ(::stat(path("hot.prom").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode, S_IFREG | 0644U);
    EXPECT_THAT(names(), ElementsAre("hot.prom"));
}

TEST_F(MetricsTextfile, TakesTheOldOnesPlaceEvenThatOfALink) {
    std::ofstream(path("elsewhere")) << "untouched";
    std::filesystem::create_symlink("elsewhere", path("hot.prom"));
    EXPECT_EQ(write_to(path("hot.prom")), Done);
    EXPECT_EQ(content(path("elsewhere")), "untouched");
    EXPECT_TRUE(
        std::filesystem::is_regular_file(std::filesystem::symlink_status(path("hot.prom"))));
}

TEST_F(MetricsTextfile, WithoutItsFolderNobodyIsAskedAndARemarkSaysSo) {
    EXPECT_EQ(write_to(path("none/hot.prom")), Done);
    EXPECT_THAT(rig.console.err, HasSubstr("none/hot.prom: its folder does not exist"));
    EXPECT_THAT(rig.script.calls, IsEmpty());
    EXPECT_EQ(run({"--quiet", "metrics", "--textfile=" + path("none/hot.prom")}), Done);
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(MetricsTextfile, IsNotWrittenThroughALinkInItsFoldersPlace) {
    std::filesystem::create_directory(path("real"));
    std::filesystem::create_directory_symlink("real", path("link"));
    EXPECT_EQ(write_to(path("link/hot.prom")), Failed);
    EXPECT_THAT(rig.console.err, HasSubstr("cannot open " + path("link") + ": Not a directory"));
    EXPECT_TRUE(std::filesystem::is_empty(path("real")));
}

TEST_F(MetricsTextfile, StaysAsItWasWhereItCannotBeReplaced) {
    std::filesystem::create_directories(path("hot.prom/inside"));
    EXPECT_EQ(write_to(path("hot.prom")), Failed);
    EXPECT_THAT(rig.console.err, HasSubstr("--textfile=" + path("hot.prom") + ": cannot replace"));
    EXPECT_THAT(names(), ElementsAre("hot.prom"));
}

TEST_F(MetricsTextfile, StaysAsItWasWhereTheServiceCannotBeReached) {
    std::ofstream(path("hot.prom")) << "before";
    rig.script.failure = Error(ErrorCode::service_unreachable, "gone");
    EXPECT_EQ(write_to(path("hot.prom")), 5);
    EXPECT_EQ(content(path("hot.prom")), "before");
}

TEST_F(MetricsTextfile, IsReplacedAlsoWhereUsageCannotBeHad) {
    std::ofstream(path("hot.prom")) << "before";
    rig.script.failing = "usage";
    rig.script.failure = Error(ErrorCode::failed, "no room");
    EXPECT_EQ(write_to(path("hot.prom")), Failed);
    EXPECT_EQ(rig.console.err, "jts-storage: no room\n");
    EXPECT_THAT(content(path("hot.prom")), HasSubstr("\njts_hot_storage_usage_success 0\n"));
}

TEST_F(MetricsTextfile, LeavesNothingOfARunThatWasInterrupted) {
    std::ofstream(path(".hot.prom.new")) << "half of i";
    EXPECT_EQ(write_to(path("hot.prom")), Done);
    EXPECT_THAT(names(), ElementsAre("hot.prom"));
    EXPECT_THAT(content(path("hot.prom")), Not(HasSubstr("half of i")));
}

TEST_F(MetricsTextfile, NeedsAName) {
    for (const auto* without : {"", "/", "/tmp/", "..", "/tmp/."}) {
        EXPECT_EQ(write_to(without), Usage) << without;
        EXPECT_THAT(rig.script.calls, IsEmpty());
    }
}

}  // namespace
}  // namespace jts::hot_storage::client
