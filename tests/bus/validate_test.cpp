/// Validate on the bus: it agrees with Provision, and the write probe is really tried.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using Verdict = ScriptedPolkit::Verdict;

class Validate : public ::testing::Test {
  protected:
    Validate() { host_.start_daemon(); }

    json validate(uid_t uid = 0, bool write_probe = false, std::vector<std::string> services = {}) {
        std::vector<Option> options;
        if (write_probe) options.push_back({"write_probe", true});
        const auto answer = host_.call(
            uid, {.member = "Validate",
                  .fill = services_and_options(std::move(services), std::move(options))});
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.values.at(0);
    }

    /// `RESULT CHECK SUBJECT` of every finding that is neither a pass nor about the plan's sizes.
    static std::vector<std::string> complaints(const json& report) {
        std::vector<std::string> found;
        for (const auto& finding : report.at("findings")) {
            const std::string check = finding.at("check");
            if (finding.at("result") == "pass" || check.starts_with("plan.") ||
                check == "unit.sandbox")
                continue;
            found.push_back(finding.at("result").get<std::string>() + " " + check + " " +
                            finding.at("subject").get<std::string>());
        }
        return found;
    }
    static std::vector<json> findings(const json& report, const std::string& check) {
        std::vector<json> found;
        for (const auto& finding : report.at("findings"))
            if (finding.at("check") == check) found.push_back(finding);
        return found;
    }

    BusHost host_;
};

TEST_F(Validate, AFreshlyProvisionedHostFailsNothing) {
    EXPECT_EQ(validate().at("ok"), false);
    ASSERT_TRUE(host_.provision().ok());
    const auto report = validate();
    EXPECT_EQ(report.at("ok"), true);
    EXPECT_EQ(report.at("failed"), 0u);
    EXPECT_GT(report.at("passed"), 100u);
    EXPECT_THAT(complaints(report), ::testing::IsEmpty());
    EXPECT_EQ(report.at("passed").get<int>() + report.at("warnings").get<int>() +
                  report.at("failed").get<int>() + report.at("skipped").get<int>(),
              static_cast<int>(report.at("findings").size()));
}

TEST_F(Validate, AnUnsafeBaseIsAFindingAndNoError) {
    fs::create_directory("/mnt/elsewhere");
    fs::create_directory_symlink("/mnt/elsewhere", "/mnt/jts");
    EXPECT_THAT(complaints(validate()), Contains("fail base.safe /mnt/jts"));
    EXPECT_EQ(host_.plan().error, "org.jts.HotStorage1.Error.UnsafePath");
}

TEST_F(Validate, ARejectedLayoutFileIsAFindingAndTheRestIsStillChecked) {
    ASSERT_TRUE(host_.provision().ok());
    BusHost::write_drop_in("50-broken", "{");
    const auto report = validate();
    EXPECT_THAT(complaints(report),
                ::testing::ElementsAre(
                    "fail layout.rejected /etc/jts-hot-storage/layout.d/50-broken.json"));
    EXPECT_GT(report.at("passed"), 100u);
}

TEST_F(Validate, NamesFromInsideTheTreeAreForHoldersOfProbe) {
    ASSERT_TRUE(host_.provision().ok());
    fs::create_symlink("/etc", "/mnt/jts/hot/redis/data/leads-out");
    write_file("/mnt/jts/hot/redis/data/foreign", "x");
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        const bool may = question.uid == World::olga || question.action.ends_with(".read");
        return may ? Verdict::yes : Verdict::no;
    });
    const auto olgas = validate(World::olga);
    EXPECT_THAT(olgas.dump(), HasSubstr("leads-out"));
    const auto links = findings(olgas, "below.links_out");
    ASSERT_EQ(std::count_if(links.begin(), links.end(),
                            [](const json& finding) { return finding.at("result") == "warn"; }),
              1);
    const auto pats = validate(World::pat);
    EXPECT_THAT(pats.dump(), ::testing::Not(HasSubstr("leads-out")));
    EXPECT_THAT(pats.dump(), ::testing::Not(HasSubstr("data/foreign")));
    EXPECT_EQ(complaints(pats), complaints(olgas)) << "the same, but for the names";
}

TEST_F(Validate, T35_TheWriteProbeIsTriedAsEachServicesAccountAndLeavesNothing) {
    ASSERT_TRUE(host_.provision().ok());
    const auto report = validate(0, true, {"redis"});
    const auto probes = findings(report, "probe.write");
    ASSERT_EQ(probes.size(), 3u);
    for (const auto& probe : probes) {
        EXPECT_EQ(probe.at("result"), "pass") << probe;
        EXPECT_TRUE(probe.contains("latency_usec"));
    }
    EXPECT_TRUE(fs::is_empty("/mnt/jts/hot/redis/data"));
    EXPECT_THAT(host_.systemd.started(), Contains("jts-hot-storage-probe@redis.service"));
}

TEST_F(Validate, TheWriteProbeNeedsTheActionProbe) {
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action.ends_with(".read") ? Verdict::yes : Verdict::no;
    });
    const auto answer = host_.call(
        World::pat,
        {.member = "Validate", .fill = services_and_options({}, {{"write_probe", true}})});
    EXPECT_EQ(answer.error, "org.freedesktop.DBus.Error.AccessDenied");
    EXPECT_EQ(host_.polkit.questions().front().action, "org.jts.hotstorage1.probe");
    EXPECT_THAT(host_.systemd.started(), ::testing::IsEmpty());
}

TEST_F(Validate, AReadOnlyMountFailsTheWriteProbe) {
    ASSERT_TRUE(host_.provision().ok());
    const char* data = "/mnt/jts/hot/redis/data";
    ASSERT_EQ(::mount(data, data, nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, data, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);
    const auto probes = findings(validate(0, true, {"redis"}), "probe.write");
    const auto failed = std::find_if(probes.begin(), probes.end(), [](const json& probe) {
        return probe.at("result") == "fail";
    });
    ASSERT_NE(failed, probes.end());
    EXPECT_EQ(failed->at("subject"), data);
    EXPECT_EQ(failed->at("actual"), "EROFS");
    ASSERT_EQ(::umount2(data, MNT_DETACH), 0);
}

TEST_F(Validate, AUnitThatMayNotWriteIsAWarningWhoseFixIsItsDropIn) {
    ASSERT_TRUE(host_.provision().ok());
    ScriptedUnit unit;
    unit.facts.name = "redis-server.service";
    unit.facts.protect_system = "strict";
    unit.facts.protect_home = "yes";
    unit.facts.read_write_paths = {"-/var/lib/redis"};
    host_.systemd.set_unit(unit);
    auto sandbox = findings(validate(0, false, {"redis"}), "unit.sandbox");
    ASSERT_EQ(sandbox.size(), 1u);
    EXPECT_EQ(sandbox[0].at("result"), "warn");
    EXPECT_THAT(sandbox[0].at("fix").get<std::string>(),
                HasSubstr("ReadWritePaths=/mnt/jts/hot/redis"));
    unit.facts.read_write_paths.push_back("/mnt/jts/hot/redis");
    unit.facts.requires_mounts_for = {"/mnt/jts/hot/redis"};
    host_.systemd.set_unit(unit);
    sandbox = findings(validate(0, false, {"redis"}), "unit.sandbox");
    EXPECT_EQ(sandbox[0].at("result"), "pass") << sandbox[0];
}

TEST_F(Validate, WithoutSystemdTheSandboxIsSkippedAndTheRestIsChecked) {
    ASSERT_TRUE(host_.provision().ok());
    host_.systemd.refuse_units();
    const auto report = validate();
    EXPECT_EQ(report.at("failed"), 0u);
    for (const auto& finding : findings(report, "unit.sandbox"))
        EXPECT_EQ(finding.at("result"), "skip");
}

}  // namespace
}  // namespace jts::hot_storage::test
