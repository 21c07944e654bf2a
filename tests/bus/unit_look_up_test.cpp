/// What is learnt of systemd's units, as the daemon learns it: from a worker, over the bus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "bus/systemd_units.hpp"
#include "jts/hot_storage/error.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

UnitFacts redis() {
    return {.name = "redis-server.service",
            .protect_system = "strict",
            .protect_home = "yes",
            .read_write_paths = {"-/var/lib/redis", "+/var/log/redis"},
            .read_only_paths = {"/"},
            .inaccessible_paths = {"-/boot"},
            .requires_mounts_for = {"/data/jts/hot/redis", "/tmp"},
            .root_directory = "/srv/redis"};
}

UnitFacts plain(const std::string& name) {
    return {.name = name, .protect_system = "no", .protect_home = "no"};
}

class UnitLookUp : public ::testing::Test {
  protected:
    ~UnitLookUp() override { loop_.leave(); }

    BusHost host_;
    const std::unique_ptr<sdbus::IConnection> connection_ = sdbus::createSystemBusConnection();
    bus::EventLoop loop_{*connection_};
    bus::SystemdUnits units_{loop_};
    std::jthread thread_{[this] { loop_.run(); }};
};

TEST_F(UnitLookUp, APlainNameIsLookedUpWithAllThatItsSandboxSays) {
    host_.systemd.set_unit({.facts = redis()});
    EXPECT_THAT(units_.look_up("redis-server.service"), ElementsAre(redis()));
}

TEST_F(UnitLookUp, AnImageIsARootOfItsOwnLikeADirectory) {
    auto facts = plain("mongod.service");
    host_.systemd.set_unit({.facts = facts, .root_image = "/srv/mongod.raw"});
    facts.root_directory = "/srv/mongod.raw";
    EXPECT_THAT(units_.look_up("mongod.service"), ElementsAre(facts));
}

TEST_F(UnitLookUp, AGlobFindsEveryLoadedUnitInNameOrder) {
    for (const auto* name : {"postgresql@16-b.service", "postgresql@15-a.service", "redis.service"})
        host_.systemd.set_unit({.facts = plain(name)});
    for (const auto* glob : {"postgresql@*.service", "postgresql@1[56]-?.service"})
        EXPECT_THAT(units_.look_up(glob),
                    ElementsAre(plain("postgresql@15-a.service"), plain("postgresql@16-b.service")))
            << glob;
}

TEST_F(UnitLookUp, WhatIsNotLoadedIsLeftOut) {
    for (const auto* state : {"not-found", "masked", "error", "bad-setting"}) {
        host_.systemd.set_unit({.facts = plain("kafka.service"), .load_state = state});
        EXPECT_THAT(units_.look_up("kafka.service"), IsEmpty()) << state;
        EXPECT_THAT(units_.look_up("kafka*"), IsEmpty()) << state;
    }
    EXPECT_THAT(units_.look_up("nobody-has-it.service"), IsEmpty());
    EXPECT_THAT(units_.look_up("nobody-has-it*"), IsEmpty());
}

TEST_F(UnitLookUp, ATemplateIsNoUnit) {
    EXPECT_THAT(units_.look_up("postgresql@.service"), IsEmpty());
}

TEST_F(UnitLookUp, WhatIsNoServiceHasNoSandbox) {
    auto facts = redis();
    facts.name = "redis.socket";
    host_.systemd.set_unit({.facts = facts});
    EXPECT_THAT(units_.look_up("redis.socket"),
                ElementsAre(UnitFacts{.name = "redis.socket",
                                      .requires_mounts_for = facts.requires_mounts_for}));
}

TEST_F(UnitLookUp, NothingIsStarted) {
    host_.systemd.set_unit({.facts = redis()});
    units_.look_up("redis-server.service");
    units_.look_up("redis*");
    EXPECT_THAT(host_.systemd.started(), IsEmpty());
}

TEST_F(UnitLookUp, ARefusalNamesThePatternAndTheReason) {
    host_.systemd.refuse_units();
    for (const auto* pattern : {"redis-server.service", "redis*"}) {
        try {
            units_.look_up(pattern);
            ADD_FAILURE() << pattern;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::failed);
            EXPECT_THAT(error.what(), HasSubstr(pattern));
            EXPECT_THAT(error.what(), HasSubstr("scripted to refuse"));
        }
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
