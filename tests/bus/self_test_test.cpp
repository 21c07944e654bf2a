/// The daemon says what it lacks in its log, and serves what it can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// journald's socket. What is sent before anybody reads waits in it.
class JournalSocket {
  public:
    JournalSocket() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        fs::create_directories("/run/systemd/journal");
        sockaddr_un address{AF_UNIX, "/run/systemd/journal/socket"};
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    ~JournalSocket() { ::close(fd_); }
    JournalSocket(const JournalSocket&) = delete;
    JournalSocket& operator=(const JournalSocket&) = delete;

    /// Entries that came so far and hold `text`.
    std::vector<std::string> entries(const std::string& text) {
        std::array<char, 8192> entry{};
        for (;;) {
            const auto size = ::recv(fd_, entry.data(), entry.size(), MSG_DONTWAIT);
            if (size <= 0) break;
            const std::string content(entry.data(), static_cast<std::size_t>(size));
            if (content.find(text) != std::string::npos) found_.push_back(content);
        }
        return found_;
    }

  private:
    int fd_;
    std::vector<std::string> found_;
};

/// All that the daemon lacked is in the log once it has its name.
class SelfTestOfTheDaemon : public ::testing::Test {
  protected:
    SelfTestOfTheDaemon() { fs::create_directories("/var/lib/jts-hot-storage"); }
    // While journald still listens.
    ~SelfTestOfTheDaemon() override { EXPECT_EQ(host_.stop_daemon(), 0); }

    BusHost host_;
    JournalSocket journal_;
};

TEST_F(SelfTestOfTheDaemon, SaysNothingWhereNothingLacks) {
    host_.start_daemon();
    EXPECT_THAT(journal_.entries("self-test"), IsEmpty());
}

TEST_F(SelfTestOfTheDaemon, NamesACapabilityThatIsMissingAndStillServesReads) {
    host_.start_daemon({}, {"/usr/bin/setpriv", "--bounding-set=-chown"});
    EXPECT_THAT(journal_.entries("self-test"),
                ElementsAre(AllOf(HasSubstr("CAP_CHOWN is missing; CapabilityBoundingSet= "),
                                  HasSubstr("PRIORITY=3\n"))));
    EXPECT_TRUE(host_.plan({"redis"}).ok());
    EXPECT_EQ(host_.property("Health"), "unprovisioned");
    const auto answer = host_.provision({"redis"});
    EXPECT_EQ(answer.error, "org.jts.HotStorage1.Error.RolledBack");
    EXPECT_THAT(answer.message, HasSubstr("cannot set owner of /mnt/jts/hot/redis"));
}

TEST_F(SelfTestOfTheDaemon, NamesEverythingThatIsMissingALineEach) {
    fs::remove("/var/lib/jts-hot-storage");
    host_.start_daemon({}, {"/usr/bin/setpriv", "--bounding-set=-fowner,-dac_override"});
    const auto lines = journal_.entries("self-test");
    EXPECT_THAT(lines, Each(HasSubstr("PRIORITY=3\n")));
    EXPECT_THAT(lines, ElementsAre(HasSubstr("CAP_FOWNER"), HasSubstr("CAP_DAC_OVERRIDE"),
                                   HasSubstr("/var/lib/jts-hot-storage")));
}

}  // namespace
}  // namespace jts::hot_storage::test
