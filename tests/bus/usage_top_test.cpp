/// GetUsage's option `top` on the bus: who is named which directories, and who sees nothing of
/// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Verdict = ScriptedPolkit::Verdict;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* access_denied = "org.freedesktop.DBus.Error.AccessDenied";
constexpr const char* invalid_args = "org.freedesktop.DBus.Error.InvalidArgs";
constexpr const char* read_action = "org.jts.hotstorage1.read";
constexpr const char* probe_action = "org.jts.hotstorage1.probe";
constexpr const char* secret = "secret-name";

class UsageTop : public ::testing::Test {
  protected:
    UsageTop() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision().ok());
        fill("redis/data/small", 1000);
        fill("redis/data/large/inner", 30'000);
        fill("redis/logs/medium", 20'000);
        fill(std::string("kafka/data/") + secret, 5000);
        host_.polkit.decide([](const ScriptedPolkit::Question& question) {
            if (question.uid == World::olga || question.action == read_action) return Verdict::yes;
            return Verdict::challenge;
        });
    }

    static void fill(const std::string& directory, std::size_t bytes) {
        const auto path = std::string(BusHost::base) + "/" + directory;
        fs::create_directories(path);
        write_file(path + "/file", std::string(bytes, 'x'));
    }

    static Call call(std::vector<Option> options, bool interactive = false) {
        return {.member = "GetUsage",
                .fill = services_and_options({}, std::move(options)),
                .interactive = interactive};
    }
    Answer usage(uid_t uid, std::vector<Option> options) {
        return host_.call(uid, call(std::move(options)));
    }
    static std::vector<std::string> paths(const json& service) {
        std::vector<std::string> paths;
        for (const auto& one : service.at("top_directories")) paths.push_back(one.at("path"));
        return paths;
    }

    BusHost host_;
};

TEST_F(UsageTop, HoldersOfProbeAreNamedTheLargestDirectoriesTheLargestFirst) {
    const auto answer = usage(World::olga, {{"top", 3u}});
    ASSERT_TRUE(answer.ok()) << answer.message;
    const auto& redis = answer.values.at(0).at("redis");
    EXPECT_THAT(paths(redis),
                ElementsAre("/mnt/jts/hot/redis/data/large", "/mnt/jts/hot/redis/data/large/inner",
                            "/mnt/jts/hot/redis/logs/medium"));
    EXPECT_EQ(redis.at("top_incomplete"), false);
    const auto& largest = redis.at("top_directories").at(0);
    EXPECT_EQ(largest.at("used_bytes"), 32'768u);
    EXPECT_FALSE(largest.contains("growth_bytes_per_day")) << "nobody has watched it for an hour";
    EXPECT_EQ(answer.values.at(0).at("mongodb").at("top_directories"), json::array());
}

TEST_F(UsageTop, RootIsNamedThemWithoutPolkit) {
    const auto answer = usage(0, {{"top", 1u}});
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_THAT(paths(answer.values.at(0).at("redis")),
                ElementsAre("/mnt/jts/hot/redis/data/large"));
}

TEST_F(UsageTop, NamesAreEscaped) {
    fill("redis/data/\x1b[31m\n", 50'000);
    const auto answer = usage(World::olga, {{"top", 1u}});
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_THAT(paths(answer.values.at(0).at("redis")),
                ElementsAre("/mnt/jts/hot/redis/data/\\x1b[31m\\x0a"));
}

TEST_F(UsageTop, T17_WhoDoesNotHoldProbeIsRefusedWithoutAPromptAndToldWhatHelps) {
    ASSERT_TRUE(usage(World::olga, {{"top", 1u}}).ok());
    host_.polkit.forget_questions();
    const auto answer = host_.call(World::pat, call({{"top", 1u}}, true));
    EXPECT_EQ(answer.error, access_denied);
    EXPECT_THAT(answer.message, HasSubstr(std::string("action ") + probe_action));
    EXPECT_THAT(answer.message, HasSubstr("jts-operators"));
    EXPECT_THAT(answer.message, HasSubstr("without the option"));
    const auto questions = host_.polkit.questions();
    ASSERT_EQ(questions.size(), 2u);
    EXPECT_EQ(questions[0].action, read_action);
    EXPECT_EQ(questions[1].action, probe_action);
    EXPECT_EQ(questions[1].flags, 0u) << "no prompt, though the call allows one";
}

TEST_F(UsageTop, WhoMayNotEvenReadIsAskedNothingMore) {
    host_.polkit.decide(Verdict::no);
    EXPECT_EQ(usage(World::pat, {{"top", 1u}}).error, access_denied);
    EXPECT_EQ(host_.polkit.questions().size(), 1u);
}

TEST_F(UsageTop, WithoutTheOptionNobodyIsNamedAnything) {
    ASSERT_TRUE(usage(World::olga, {{"top", 100u}}).ok());
    host_.polkit.forget_questions();
    for (const uid_t uid : {uid_t{0}, uid_t{World::olga}, uid_t{World::pat}})
        for (const auto& options : {std::vector<Option>{}, std::vector<Option>{{"top", 0u}}}) {
            const auto answer = usage(uid, options);
            ASSERT_TRUE(answer.ok()) << answer.message;
            EXPECT_THAT(answer.values.dump(), Not(HasSubstr("top_")));
            EXPECT_THAT(answer.values.dump(), Not(HasSubstr(secret)));
        }
    for (const auto& question : host_.polkit.questions()) EXPECT_EQ(question.action, read_action);
}

TEST_F(UsageTop, AreAtMostAHundredAndANumber) {
    EXPECT_TRUE(usage(World::olga, {{"top", 100u}}).ok());
    host_.polkit.forget_questions();
    for (const auto& option :
         {Option{"top", 101u}, Option{"top", UINT32_MAX}, Option{"top", std::uint64_t{5}},
          Option{"top", true}, Option{"top", std::string("5")}})
        EXPECT_EQ(usage(World::olga, {option}).error, invalid_args);
    EXPECT_TRUE(host_.polkit.questions().empty());
}

TEST_F(UsageTop, T21_NoSignalPropertyOrStrangerLearnsANameThatAnAnswerHas) {
    Caller watcher(World::nobody);
    watcher.watch_signals();
    Caller olga(World::olga);
    // A small tree may be counted before the call is let go.
    Answer answer;
    for (int tries = 0; answer.ok() && tries < 100; ++tries)
        answer = olga.call(
            call({{"top", 5u}, {"max_age", std::uint64_t{0}}, {"wait", std::uint64_t{0}}}));
    ASSERT_EQ(answer.error, "org.jts.HotStorage1.Error.StillRunning");
    const Call wait{
        .member = "Wait",
        .fill = [](sd_bus_message* message) { sd_bus_message_append(message, "t", UINT64_MAX); },
        .interface = "org.jts.HotStorage1.Job",
        .path = answer.message.substr(0, answer.message.find(' '))};
    EXPECT_THAT(olga.call(wait).values.dump(), HasSubstr(secret)) << "its owner asked for it";
    EXPECT_EQ(host_.call(World::pat, wait).error,
              "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired");
    ASSERT_TRUE(olga.call({.member = "Sample", .fill = no_options()}).ok());
    EXPECT_TRUE(watcher.wait_for_signal(
        [](const Signal& signal) { return signal.member == "UsageSampled"; }));
    EXPECT_TRUE(
        watcher.wait_for_signal([](const Signal& signal) { return signal.member == "Finished"; }));
    for (const auto& signal : watcher.signals()) {
        EXPECT_THAT(signal.values.dump(), Not(HasSubstr(secret))) << signal.member;
        EXPECT_THAT(signal.values.dump(), Not(HasSubstr("top_"))) << signal.member;
    }
    const auto objects = host_.call(
        World::nobody,
        {.member = "GetManagedObjects", .interface = "org.freedesktop.DBus.ObjectManager"});
    ASSERT_TRUE(objects.ok());
    EXPECT_THAT(objects.values.dump(), Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace jts::hot_storage::test
