/// Properties and signals: what the service tells everybody without being asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Call get_layout() {
    return {.member = "GetLayout", .fill = no_options()};
}

/// A PropertiesChanged after which the property has that value.
std::function<bool(const Signal&)> becomes(const std::string& property, const std::string& value) {
    return [=](const Signal& signal) {
        return signal.member == "PropertiesChanged" &&
               signal.values.at(1).value(property, "") == value;
    };
}

bool is_change(const Signal& signal) {
    return signal.member == "ChangeApplied";
}

class State : public ::testing::Test {
  protected:
    State() { watcher_.watch_signals(); }
    BusHost host_;
    Caller watcher_{World::pat};
};

TEST_F(State, HealthGoesFromUnprovisionedToOkToCriticalAndBack) {
    host_.start_daemon();
    EXPECT_TRUE(watcher_.wait_for_signal(becomes("Health", "unprovisioned")));
    ASSERT_TRUE(host_.provision().ok());
    EXPECT_TRUE(watcher_.wait_for_signal(becomes("Health", "ok")));
    EXPECT_EQ(host_.property("Health"), "ok");

    BusHost::write_drop_in("50-broken", "{");
    ASSERT_TRUE(host_.call(World::pat, get_layout()).ok());
    EXPECT_TRUE(watcher_.wait_for_signal(becomes("Health", "critical")));
    fs::remove("/etc/jts-hot-storage/layout.d/50-broken.json");
    ASSERT_TRUE(host_.call(World::pat, get_layout()).ok());
    EXPECT_EQ(host_.property("Health"), "ok");
}

TEST_F(State, HealthIsCriticalAfterAStartOnATreeThatIsNotAsTheLayoutSays) {
    host_.start_daemon();
    ASSERT_TRUE(host_.provision().ok());
    ASSERT_EQ(host_.stop_daemon(), 0);
    ASSERT_EQ(::chmod("/mnt/jts/hot/redis", 0777), 0);
    host_.start_daemon();
    EXPECT_TRUE(watcher_.wait_for_signal(becomes("Health", "critical")));
}

TEST_F(State, HealthIsUnknownWhereTheHostCannotBeLookedAt) {
    fs::remove("/etc/passwd");
    fs::create_directory("/etc/passwd");
    host_.start_daemon();
    EXPECT_FALSE(host_.plan().ok());
    EXPECT_EQ(host_.property("Health"), "unknown");
}

TEST_F(State, TheFirstCallerAfterAStartFindsTheLayoutsPropertiesFilledIn) {
    for (int i = 0; i < 10; ++i) {
        host_.start_daemon();
        EXPECT_EQ(host_.property("BasePath"), BusHost::base);
        EXPECT_EQ(host_.property("LayoutDigest").get<std::string>().size(), 64u);
        EXPECT_EQ(host_.stop_daemon(), 0);
    }
}

TEST_F(State, AnEditedLayoutIsNoticedByTheNextCallAndSignalled) {
    host_.start_daemon();
    ASSERT_TRUE(watcher_.wait_for_signal(becomes("Health", "unprovisioned")));
    const auto digest = host_.property("LayoutDigest");
    BusHost::write_drop_in("10-base", R"({"format": 1, "base": "/mnt/other"})");
    ASSERT_TRUE(host_.call(World::pat, get_layout()).ok());
    EXPECT_TRUE(watcher_.wait_for_signal(becomes("BasePath", "/mnt/other")));
    EXPECT_EQ(host_.property("BasePath"), "/mnt/other");
    EXPECT_NE(host_.property("LayoutDigest"), digest);
}

TEST_F(State, AnEditThatMeansTheSameIsNotSignalled) {
    host_.start_daemon();
    ASSERT_TRUE(watcher_.wait_for_signal(becomes("Health", "unprovisioned")));
    const auto before = watcher_.signals().size();
    BusHost::write_drop_in("10-comment", "// nothing new\n{\"format\": 1}");
    ASSERT_TRUE(host_.call(World::pat, get_layout()).ok());
    // Answered after anything the call would have signalled, on the same connection.
    ASSERT_TRUE(watcher_.call(get_layout()).ok());
    EXPECT_EQ(watcher_.signals().size(), before);
}

TEST_F(State, ChangeAppliedTellsWhoAndHowManyButNoNames) {
    host_.start_daemon();
    Caller olga(World::olga);
    const auto answer = olga.call({.member = "Provision", .fill = services({"redis"})});
    ASSERT_TRUE(answer.ok()) << answer.message;
    ASSERT_TRUE(watcher_.wait_for_signal(is_change));
    const auto& signal =
        *std::find_if(watcher_.signals().begin(), watcher_.signals().end(), is_change);
    EXPECT_EQ(signal.values.at(0), answer.values.at(0).at("change_id"));
    const nlohmann::json expected = {{"operation", "provision"},
                                     {"applied", answer.values.at(0).at("applied")},
                                     {"refused", 0},
                                     {"caller_uid", World::olga},
                                     {"outcome", "succeeded"}};
    EXPECT_EQ(signal.values.at(1), expected);
}

TEST_F(State, AProvisionThatAppliesNothingIsNotSignalledAsAChange) {
    host_.start_daemon();
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    ASSERT_TRUE(host_.provision({"redis"}).ok());
    ASSERT_TRUE(watcher_.call(get_layout()).ok());
    EXPECT_EQ(std::count_if(watcher_.signals().begin(), watcher_.signals().end(), is_change), 1);
}

TEST_F(State, VersionIsThatOfTheBuild) {
    host_.start_daemon();
    EXPECT_THAT(host_.property("Version").get<std::string>(),
                ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace jts::hot_storage::test
