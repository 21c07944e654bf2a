/// Start, end, environment and log level of the daemon's process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Call log_control(const std::string& member, const std::string& property,
                 const std::string& value = {}) {
    return {.member = member,
            .fill =
                [=](sd_bus_message* message) {
                    sd_bus_message_append(message, "ss", "org.freedesktop.LogControl1",
                                          property.c_str());
                    if (!value.empty()) sd_bus_message_append(message, "v", "s", value.c_str());
                },
            .interface = "org.freedesktop.DBus.Properties",
            .path = "/org/freedesktop/LogControl1"};
}

/// Blocks until the mode or owner of something in the folder has changed.
class FirstChange {
  public:
    explicit FirstChange(const std::string& folder) : fd_(inotify_init1(IN_CLOEXEC)) {
        EXPECT_GE(inotify_add_watch(fd_, folder.c_str(), IN_ATTRIB), 0) << folder;
    }
    ~FirstChange() { ::close(fd_); }
    FirstChange(const FirstChange&) = delete;
    FirstChange& operator=(const FirstChange&) = delete;

    void wait() const {
        std::array<char, 4096> event{};
        EXPECT_GT(::read(fd_, event.data(), event.size()), 0);
    }

  private:
    int fd_;
};

class Lifecycle : public ::testing::Test {
  protected:
    BusHost host_;
};

TEST_F(Lifecycle, SigtermWhenIdleEndsTheDaemonCleanly) {
    host_.start_daemon();
    EXPECT_EQ(host_.stop_daemon(), 0);
}

TEST_F(Lifecycle, SigtermRightAfterTheStartEndsTheDaemonCleanly) {
    for (int i = 0; i < 10; ++i) {
        host_.start_daemon();
        EXPECT_EQ(host_.stop_daemon(), 0);
    }
}

TEST_F(Lifecycle, SigtermWhilePolkitIsAskedAnswersTheCallerAndEndsTheDaemon) {
    host_.start_daemon();
    host_.polkit.decide(ScriptedPolkit::Verdict::hold);
    Caller olga(World::olga);
    auto& pending = olga.send({.member = "Provision", .fill = services({})});
    ASSERT_TRUE(host_.polkit.wait_for_held(1));
    EXPECT_EQ(host_.stop_daemon(), 0);
    EXPECT_THAT(olga.wait(pending).message, HasSubstr("dropped before it was answered"));
    EXPECT_FALSE(fs::exists(BusHost::base));
}

TEST_F(Lifecycle, T31_SigtermInTheMiddleOfAChangeLeavesItToTheNextStart) {
    host_.start_daemon();
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    ASSERT_EQ(::chmod("/mnt/jts/hot/redis/data", 0777), 0);
    constexpr int many = 40'000;
    for (int i = 0; i < many; ++i) {
        std::ofstream("/mnt/jts/hot/redis/data/" + std::to_string(i));
    }
    const FirstChange begun("/mnt/jts/hot/redis/data");
    Caller root;
    auto& pending = root.send({.member = "Provision", .fill = services({"redis"})});
    begun.wait();
    // The walk cannot run to its end before the signal is there.
    host_.daemon().signal(SIGSTOP);
    host_.daemon().signal(SIGTERM);
    host_.daemon().signal(SIGCONT);
    const auto ended = host_.daemon().wait(std::chrono::seconds(10));
    EXPECT_EQ(ended, 0) << "or not within seconds";
    const auto answer = root.wait(pending);
    EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.RecoveryPending") << answer.message;
    EXPECT_THAT(answer.message, HasSubstr("next start finishes it"));

    host_.start_daemon();
    host_.wait_for_recovery();
    EXPECT_EQ(host_.changes().back().at("outcome"), "recovered");
    EXPECT_THAT(host_.plan({"redis"}).values.at(1), ::testing::IsEmpty());
}

TEST_F(Lifecycle, ALostBusEndsTheDaemonWithAReason) {
    host_.start_daemon();
    ASSERT_TRUE(host_.plan().ok());
    host_.bus.kill();
    EXPECT_EQ(host_.daemon().wait(std::chrono::seconds(20)), 1);
    EXPECT_THAT(host_.daemon().errors(), HasSubstr("jts-hot-storaged: "));
    EXPECT_THAT(host_.daemon().errors(), ::testing::Not(HasSubstr("Sanitizer")));
}

TEST_F(Lifecycle, WithoutABusTheDaemonSaysSoAndEnds) {
    const auto finished = run({.arguments = {World::built("src/daemon/jts-hot-storaged")},
                               .environment = {"DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/none"}});
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.errors, HasSubstr("No such file or directory"));
}

TEST_F(Lifecycle, ASecondDaemonLeavesTheFirstOneAlone) {
    host_.start_daemon();
    const auto second = run({.arguments = {World::built("src/daemon/jts-hot-storaged")}});
    EXPECT_EQ(second.status, 1);
    EXPECT_TRUE(host_.plan().ok());
}

TEST_F(Lifecycle, AnArgumentIsAMistakeThatIsExplained) {
    for (const char* argument : {"--help", "x", "--version"}) {
        const auto finished =
            run({.arguments = {World::built("src/daemon/jts-hot-storaged"), argument}});
        EXPECT_EQ(finished.status, 2) << argument;
        EXPECT_THAT(finished.errors, HasSubstr("takes no arguments"));
    }
}

TEST_F(Lifecycle, T42_APoisonedEnvironmentChangesNothing) {
    fs::create_directories("/run/evil");
    write_file("/run/evil/systemd-sysusers", "#!/bin/sh\n: >/run/evil/was-here\n", 0755);
    const std::vector<std::string> poison = {
        "PATH=/run/evil",
        "LD_LIBRARY_PATH=/run/evil",
        "LD_BIND_NOW=1",
        "LC_ALL=xx_XX.nonsense",
        "LANGUAGE=..",
        "TMPDIR=/run/evil",
        "HOME=/run/evil",
        "IFS=/",
        "SPDLOG_LEVEL=trace",
        "GCONV_PATH=/run/evil",
        "SYSTEMD_LOG_LEVEL=debug",
        "SYSTEMD_SYSUSERS=/run/evil",
        "JTS_LAYOUT=/run/evil/x",
        "NLSPATH=/run/evil/%N",
        "TZ=:/run/evil/zone",
    };
    host_.systemd.set_environment(poison);
    host_.start_daemon(poison);
    const auto answer = host_.provision();
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_FALSE(fs::exists("/run/evil/was-here"));
    EXPECT_THAT(read_file("/etc/passwd"), HasSubstr("redis:x:"));
}

TEST_F(Lifecycle, T46_RootChangesTheLogLevelAndAWrongOneIsRefused) {
    host_.start_daemon();
    Caller root;
    EXPECT_EQ(root.call(log_control("Get", "LogLevel")).values.at(0), "info");
    EXPECT_TRUE(root.call(log_control("Set", "LogLevel", "debug")).ok());
    EXPECT_EQ(root.call(log_control("Get", "LogLevel")).values.at(0), "debug");
    const auto wrong = root.call(log_control("Set", "LogLevel", "loud\n"));
    EXPECT_EQ(wrong.error, "org.freedesktop.DBus.Error.InvalidArgs");
    EXPECT_THAT(wrong.message, HasSubstr("loud\\x0a"));
    EXPECT_TRUE(root.call(log_control("Set", "LogTarget", "auto")).ok());
    EXPECT_EQ(root.call(log_control("Get", "LogTarget")).values.at(0), "journal");
    EXPECT_EQ(root.call(log_control("Set", "LogTarget", "/etc/passwd")).error,
              "org.freedesktop.DBus.Error.InvalidArgs");
    EXPECT_EQ(root.call(log_control("Get", "SyslogIdentifier")).values.at(0), "jts-hot-storaged");
}

}  // namespace
}  // namespace jts::hot_storage::test
