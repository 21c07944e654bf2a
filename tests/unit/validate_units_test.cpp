// Whether systemd lets the services' units write where their data lies.
#include <gmock/gmock.h>

#include "core/sandbox.hpp"
#include "unit/validate_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string own = "/data/jts/hot/db";

UnitFacts unit(const std::string& name) {
    UnitFacts facts;
    facts.service = "db";
    facts.name = name;
    facts.protect_system = "no";
    facts.protect_home = "no";
    facts.requires_mounts_for = {own};
    return facts;
}

ValidatedHost host_with(std::vector<UnitFacts> units) {
    ValidatedHost host;
    host.layout.services.front().units = {"db@*.service"};
    host.observation.mount_point = "/data";
    host.inspection.units = std::move(units);
    return host;
}

TEST(UnitSandbox, IsJudgedUnitByUnit) {
    auto strict = unit("db@2.service");
    strict.protect_system = "strict";
    const auto report = host_with({unit("db@1.service"), strict}).validated();
    EXPECT_THAT(complaints(report), ElementsAre("warn unit.sandbox db@2.service"));
    const auto finding = finding_of(report, "unit.sandbox", "db@2.service");
    EXPECT_EQ(finding.actual,
              "it cannot write to /data/jts/hot/db: ProtectSystem=strict leaves it read-only");
    EXPECT_EQ(finding.fix, drop_in_for(strict, {own}));
}

TEST(UnitSandbox, EveryDirectoryOfTheServiceCounts) {
    auto facts = unit("db.service");
    facts.read_only_paths = {own + "/data"};
    const auto finding = finding_of(host_with({facts}).validated(), "unit.sandbox", "db.service");
    EXPECT_EQ(finding.result, CheckResult::warn);
    EXPECT_THAT(finding.fix, HasSubstr("ReadOnlyPaths=\nReadWritePaths=" + own + "/data\n"));
}

TEST(UnitSandbox, AUnitThatDoesNotWaitForTheMountIsToldHow) {
    auto facts = unit("db.service");
    facts.requires_mounts_for = {"/var/tmp"};
    const auto finding = finding_of(host_with({facts}).validated(), "unit.sandbox", "db.service");
    EXPECT_EQ(finding.actual, "it does not wait for the mount /data");
    EXPECT_THAT(finding.fix,
                AllOf(HasSubstr("RequiresMountsFor=" + own), Not(HasSubstr("[Service]"))));
}

TEST(UnitSandbox, OnTheRootFileSystemThereIsNothingToWaitFor) {
    auto facts = unit("db.service");
    facts.requires_mounts_for.clear();
    auto host = host_with({facts});
    host.observation.mount_point = "/";
    EXPECT_THAT(complaints(host.validated()), IsEmpty());
}

TEST(UnitSandbox, T39AMountThatIsExpectedIsWaitedForAlsoWhileItIsNotThere) {
    auto facts = unit("db.service");
    facts.requires_mounts_for.clear();
    auto host = host_with({facts});
    host.observation.mount_point = "/";
    host.layout.expected_mount = "/data";
    EXPECT_THAT(finding_of(host.validated(), "unit.sandbox", "db.service").actual,
                HasSubstr("does not wait for the mount /data"));
}

TEST(UnitSandbox, AMountInsideTheServicesDirectoryIsNamedInTheDropIn) {
    auto host = host_with({unit("db.service")});
    host.inspection.usage.services["db"].mount_point = own + "/data";
    EXPECT_THAT(finding_of(host.validated(), "unit.sandbox", "db.service").fix,
                HasSubstr("RequiresMountsFor=" + own + "/data\n"));
}

/// One file for everything: a second drop-in would take the first one's place.
TEST(UnitSandbox, OneDropInTellsEverything) {
    auto facts = unit("db.service");
    facts.protect_system = "strict";
    facts.read_only_paths = {own + "/data"};
    auto host = host_with({facts});
    host.inspection.usage.services["db"].mount_point = own + "/logs";
    EXPECT_EQ(finding_of(host.validated(), "unit.sandbox", "db.service").fix,
              drop_in_for(facts, {own, own + "/data", own + "/logs"}));
}

TEST(UnitSandbox, WhereNoUnitIsKnownOrSystemdIsSilentItIsSkipped) {
    auto host = host_with({});
    EXPECT_THAT(complaints(host.validated()), ElementsAre("skip unit.sandbox db@*.service"));
    host.inspection.units_error = "no\x1b answer";
    const auto finding = finding_of(host.validated(), "unit.sandbox", "db@*.service");
    EXPECT_EQ(finding.message, "systemd could not be asked");
    EXPECT_EQ(finding.actual, "no\\x1b answer");
}

}  // namespace
}  // namespace jts::hot_storage::test
