/// T47 and T28: units that fail, and answers that no honest helper gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr const char* failed = "org.jts.HotStorage1.Error.Failed";
constexpr const char* good_answer = R"({"format": 1, "ok": true, "created": [], "repaired": []})";
const std::string answer_folder = "/run/jts-hot-storage/";

/// A unit that ends well and leaves that answer.
UnitEnd answers(std::string text) {
    return {.work = [text = std::move(text)](const std::string& unit) {
        write_file(answer_folder + unit, text);
    }};
}

class HelperUnits : public ::testing::Test {
  protected:
    HelperUnits() { host_.start_daemon(); }

    /// Provision fails with that error, has changed nothing, and works once units do.
    void expect_failure(const std::string& error, const std::string& told) {
        const auto answer = host_.provision({"redis"});
        EXPECT_EQ(answer.error, error) << answer.message;
        EXPECT_THAT(answer.message, HasSubstr(told));
        EXPECT_FALSE(fs::exists(BusHost::base));
        host_.systemd.run_units();
        const auto again = host_.provision({"redis"});
        EXPECT_TRUE(again.ok()) << again.message;
    }

    BusHost host_;
};

TEST_F(HelperUnits, AUnitThatFailsIsNamed) {
    host_.systemd.end_units({.job_result = "failed", .unit_result = "exit-code"});
    expect_failure(failed, "jts-hot-storage-accounts@redis.service");
}

TEST_F(HelperUnits, T28_AUnitThatTimesOutIsALockThatSomebodyHolds) {
    host_.systemd.end_units({.job_result = "failed", .unit_result = "timeout"});
    expect_failure("org.jts.HotStorage1.Error.Busy", "/etc/.pwd.lock");
}

TEST_F(HelperUnits, AUnitThatSystemdDoesNotKnowIsNamed) {
    host_.systemd.refuse_units();
    expect_failure(failed, "systemd cannot start jts-hot-storage-accounts@redis.service");
}

TEST_F(HelperUnits, T47_AnEarlierRunsAnswerIsNotBelieved) {
    write_file(answer_folder + "jts-hot-storage-accounts@redis.service", good_answer);
    host_.systemd.end_units(UnitEnd{});  // ends well and never comes to its stdout
    expect_failure(failed, "No such file or directory");
}

TEST_F(HelperUnits, T47_AnAnswerThatClaimsAccountsWhichAreNotThereIsNotBelieved) {
    host_.systemd.end_units(answers(good_answer));
    expect_failure(failed, "redis");
}

TEST_F(HelperUnits, T47_AnAccountWithAnotherIdThanItsTreeHasGetsNothing) {
    const std::string redis = std::string(BusHost::base) + "/redis";
    fs::create_directories(redis);
    ASSERT_EQ(::chown(redis.c_str(), 600, 600), 0);
    host_.systemd.end_units({.work = [](const std::string& unit) {
        for (const auto& [file, line] : {std::pair("/etc/group", "redis:x:700:\n"),
                                         {"/etc/gshadow", "redis:!::\n"},
                                         {"/etc/passwd", "redis:x:700:700::/:/bin/false\n"},
                                         {"/etc/shadow", "redis:!:19000:0:99999:7:::\n"}}) {
            struct stat before {};
            EXPECT_EQ(::stat(file, &before), 0);
            write_file(file, read_file(file) + line, before.st_mode & 0777);
        }
        write_file(answer_folder + unit, good_answer);
    }});
    const auto answer = host_.provision({"redis"});
    EXPECT_EQ(answer.error, failed);
    EXPECT_THAT(answer.message,
                HasSubstr("redis was created with id 700, but its tree belongs to id 600"));
    struct stat after {};
    ASSERT_EQ(::stat(redis.c_str(), &after), 0);
    EXPECT_EQ(after.st_uid, 600u);
    EXPECT_FALSE(fs::exists(redis + "/data"));
}

TEST_F(HelperUnits, T47_AnAnswerOf100MegabytesIsRefused) {
    host_.systemd.end_units({.work = [](const std::string& unit) {
        write_file(answer_folder + unit, "{");
        fs::resize_file(answer_folder + unit, 100'000'000);
    }});
    expect_failure(failed, "64 KiB");
}

TEST_F(HelperUnits, T47_AnAnswerThatIsALinkOrAFifoOrSomebodyElsesIsRefused) {
    const std::vector<std::function<void(const std::string&)>> forgeries = {
        [](const std::string& path) {
            write_file("/run/forged", good_answer);
            fs::create_symlink("/run/forged", path);
        },
        [](const std::string& path) { EXPECT_EQ(::mkfifo(path.c_str(), 0644), 0); },
        [](const std::string& path) {
            write_file(path, good_answer);
            EXPECT_EQ(::chown(path.c_str(), World::pat, World::pat), 0);
        },
    };
    for (const auto& forge : forgeries) {
        host_.systemd.end_units(
            {.work = [&](const std::string& unit) { forge(answer_folder + unit); }});
        EXPECT_EQ(host_.provision({"redis"}).error, failed);
        EXPECT_FALSE(fs::exists(BusHost::base));
    }
}

TEST_F(HelperUnits, T47_AHostileAnswerIsAnErrorWithoutControlCharacters) {
    for (const std::string text :
         {"", "null", "[[[[[[[[", "{\"format\": 1}",
          R"({"format": 1, "ok": false, "error": {"code": "busy\u001b", "message": "x"}})",
          R"({"format": 1, "ok": true, "created": [1], "repaired": []})"}) {
        host_.systemd.end_units(answers(text));
        const auto answer = host_.provision({"redis"});
        EXPECT_EQ(answer.error, failed) << text;
        EXPECT_EQ(answer.message.find('\x1b'), std::string::npos);
    }
    host_.systemd.end_units(
        answers(R"({"format": 1, "ok": false, "error": {"code": "busy", "message": "x\u001b"}})"));
    const auto reported = host_.provision({"redis"});
    EXPECT_EQ(reported.error, "org.jts.HotStorage1.Error.Busy");
    EXPECT_EQ(reported.message, "x\\x1b");
}

}  // namespace
}  // namespace jts::hot_storage::test
