/// ListChanges, Rollback and recovery from the bus to the disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string redis = "/mnt/jts/hot/redis";

class Rollback : public ::testing::Test {
  protected:
    Rollback() { host_.start_daemon(); }

    std::string provision(std::vector<std::string> services = {}) {
        const auto answer = host_.provision(std::move(services));
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.values.at(0).at("change_id");
    }

    nlohmann::json roll_back(const std::string& id, bool dry_run = false) {
        const auto answer = host_.rollback(id, dry_run);
        EXPECT_TRUE(answer.ok()) << answer.error << answer.message;
        return answer.values.at(0);
    }

    /// `RESULT CHECK SUBJECT: MESSAGE: ACTUAL` of those that are no pass.
    std::vector<std::string> findings_about_changes() {
        const auto report =
            host_.call(0, {.member = "Validate", .fill = services_and_options({}, {})});
        EXPECT_TRUE(report.ok()) << report.message;
        std::vector<std::string> found;
        for (const auto& finding : report.values.at(0).at("findings")) {
            const auto text = [&](const char* key) { return finding.value(key, std::string()); };
            if (text("check").starts_with("changes.") && text("result") != "pass")
                found.push_back(text("result") + " " + text("check") + " " + text("subject") +
                                ": " + text("message") + ": " + text("actual"));
        }
        return found;
    }

    BusHost host_;
};

TEST_F(Rollback, OfTheFirstProvisionTakesEverythingAwayButTheAccounts) {
    const auto id = provision();
    const auto would = roll_back(id, true);
    EXPECT_EQ(would.at("change_id"), "");
    EXPECT_TRUE(fs::exists(redis)) << "a dry run does nothing";

    const auto result = roll_back(id);
    EXPECT_EQ(result.at("restored"), would.at("restored"));
    EXPECT_THAT(result.at("not_restored"), IsEmpty());
    EXPECT_FALSE(fs::exists("/mnt/jts"));
    EXPECT_GE(result.at("kept").size(), 6u);
    EXPECT_THAT(read_file("/etc/passwd"), HasSubstr("redis:x:")) << "T30";

    const auto changes = host_.changes();
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].at("rolled_back_by"), changes[1].at("change_id"));
    EXPECT_EQ(changes[1].at("operation"), "rollback");
    EXPECT_EQ(changes[1].at("change_id"), result.at("change_id"));
    EXPECT_EQ(host_.property("Health"), "unprovisioned");
}

TEST_F(Rollback, OfARollbackBringsItBack) {
    const auto back = roll_back(provision()).at("change_id");
    EXPECT_THAT(roll_back(back).at("not_restored"), IsEmpty());
    EXPECT_THAT(host_.plan().values.at(1), IsEmpty());
}

TEST_F(Rollback, TwiceDoesNothingTheSecondTime) {
    const auto id = provision();
    roll_back(id);
    const auto again = roll_back(id);
    EXPECT_EQ(again.at("restored"), 0);
    EXPECT_EQ(again.at("change_id"), "");
    EXPECT_THAT(again.at("not_restored"), IsEmpty());
    EXPECT_EQ(host_.changes().size(), 2u);
}

TEST_F(Rollback, LeavesWhatIsNotEmptyAndWhatSomebodyTouched) {
    const auto id = provision({"redis"});
    write_file(redis + "/data/dump.rdb", "x");
    ASSERT_EQ(::chmod((redis + "/logs").c_str(), 0701), 0);
    const auto dry = roll_back(id, true);
    const auto result = roll_back(id);
    EXPECT_EQ(dry.at("restored"), result.at("restored"));
    EXPECT_EQ(dry.at("not_restored"), result.at("not_restored"));
    std::map<std::string, std::string> reasons;
    for (const auto& left : result.at("not_restored"))
        reasons[left.at("subject")] = left.at("reason").get<std::string>().substr(0, 7);
    EXPECT_EQ(reasons[redis + "/data"], "not-emp");
    EXPECT_EQ(reasons[redis + "/logs"], "touched");
    EXPECT_EQ(reasons[redis], "not-emp");
    EXPECT_TRUE(fs::exists(redis + "/data/dump.rdb"));
}

TEST_F(Rollback, OfAnUnknownOrIllFormedIdSaysSo) {
    EXPECT_EQ(host_.rollback(std::string(32, 'a')).error, "org.jts.HotStorage1.Error.NotFound");
    for (const std::string id : {"", "../../etc/passwd", "x", "A"})
        EXPECT_EQ(host_.rollback(id).error, "org.freedesktop.DBus.Error.InvalidArgs");
}

TEST_F(Rollback, ADryRunIsForEverybodyAndNamesNothingBelow) {
    provision({"redis"});
    write_file(redis + "/data/secret-name", "x");
    const std::string id = provision({"redis"});
    ASSERT_EQ(::chown((redis + "/data/secret-name").c_str(), World::pat, World::pat), 0);
    using Verdict = ScriptedPolkit::Verdict;
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action == "org.jts.hotstorage1.read" ? Verdict::yes : Verdict::no;
    });
    const auto call = [&](bool dry_run) {
        return host_.call(World::pat, {.member = "Rollback", .fill = [&](sd_bus_message* message) {
                                           sd_bus_message_append(message, "sa{sv}", id.c_str(), 1,
                                                                 "dry_run", "b", int{dry_run});
                                       }});
    };
    const auto answer = call(true);
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_THAT(answer.values.dump(), ::testing::Not(HasSubstr("secret-name")));
    EXPECT_THAT(answer.values.dump(), HasSubstr("touched: 1 entry"));
    EXPECT_EQ(call(false).error, "org.freedesktop.DBus.Error.AccessDenied");
}

TEST_F(Rollback, T48_ADryRunLooksAnewForHoldersOfSampleAndElseOnceAMinute) {
    const auto id = provision({"redis"});
    using Verdict = ScriptedPolkit::Verdict;
    host_.polkit.decide([](const ScriptedPolkit::Question& question) {
        return question.action == "org.jts.hotstorage1.sample" && question.flags == 0 &&
                       question.uid == World::pat
                   ? Verdict::no
                   : Verdict::yes;
    });
    const auto left_for = [&](uid_t uid) {
        const auto answer = host_.call(
            uid, {.member = "Rollback", .fill = [&](sd_bus_message* message) {
                      sd_bus_message_append(message, "sa{sv}", id.c_str(), 1, "dry_run", "b", 1);
                  }});
        EXPECT_TRUE(answer.ok()) << answer.message;
        return answer.values.at(0).at("not_restored").size();
    };
    EXPECT_EQ(left_for(World::pat), 0u);
    write_file(redis + "/data/dump.rdb", "x");
    EXPECT_EQ(left_for(World::pat), 0u) << "of the look before";
    EXPECT_GT(left_for(World::olga), 0u);
    EXPECT_GT(left_for(World::pat), 0u) << "of the look that olga had";
    // What the service changes itself ends what is known.
    fs::remove(redis + "/data/dump.rdb");
    ASSERT_TRUE(host_.provision({"kafka"}).ok());
    EXPECT_EQ(left_for(World::pat), 2u) << "the base and its parent, which hold kafka's";
}

TEST_F(Rollback, T32_ADamagedRecordOfAnInterruptedChangeStopsChangesAndNotReads) {
    provision({"redis"});
    EXPECT_EQ(host_.stop_daemon(), 0);
    const fs::path folder = "/var/lib/jts-hot-storage/changes";
    const auto record = fs::directory_iterator(folder)->path();
    auto bytes = read_file(record);
    bytes.resize(bytes.size() - 24);  // without its trailer it is not over
    bytes[20] = static_cast<char>(bytes[20] ^ 1);
    write_file(record, bytes, 0600);

    host_.start_daemon();
    host_.wait_for_recovery();
    EXPECT_EQ(host_.property("Health"), "critical");
    const auto refused = host_.provision();
    EXPECT_EQ(refused.error, "org.jts.HotStorage1.Error.RecoveryPending");
    EXPECT_THAT(refused.message, HasSubstr(record.string()));
    EXPECT_THAT(refused.message, HasSubstr("is damaged at byte 0"));
    EXPECT_TRUE(host_.plan().ok());
    EXPECT_THAT(findings_about_changes(),
                ElementsAre(AllOf(HasSubstr("fail changes.pending changes"),
                                  HasSubstr("is damaged at byte 0")),
                            AllOf(HasSubstr("fail changes.records " + record.string()),
                                  HasSubstr("is damaged at byte 0"))));
    fs::remove(record);
    host_.stop_daemon();
    host_.start_daemon();
    EXPECT_TRUE(host_.provision().ok());
    EXPECT_THAT(findings_about_changes(), IsEmpty());
}

TEST_F(Rollback, T32_ADamagedRecordOfAChangeThatIsOverIsAWarningAndStopsNothingElse) {
    const auto id = provision({"redis"});
    const fs::path record = fs::path("/var/lib/jts-hot-storage/changes") / id;
    auto bytes = read_file(record);
    bytes[20] = static_cast<char>(bytes[20] ^ 1);
    write_file(record, bytes, 0600);
    EXPECT_THAT(findings_about_changes(),
                ElementsAre(AllOf(HasSubstr("warn changes.records " + record.string()),
                                  HasSubstr("is damaged at byte 0"))));
    const auto refused = host_.rollback(id);
    EXPECT_FALSE(refused.ok());
    EXPECT_THAT(refused.message, HasSubstr("is damaged at byte 0"));
    EXPECT_TRUE(host_.provision().ok());
}

}  // namespace
}  // namespace jts::hot_storage::test
