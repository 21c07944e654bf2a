// Plans and what is free.
#include <gmock/gmock.h>

#include "core/usage.hpp"
#include "unit/validate_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t terabyte = 1'000'000'000'000;

/// A host whose file system `/data` has this capacity, and nothing on it.
ValidatedHost host_with(std::uint64_t capacity, std::uint64_t planned) {
    ValidatedHost host;
    host.layout.services.front().planned_bytes = planned;
    ServiceUsage usage;
    usage.mount_point = "/data";
    FilesystemUsage filesystem;
    filesystem.mount_point = "/data";
    filesystem.capacity_bytes = filesystem.available_bytes = capacity;
    host.inspection.usage = make_usage(host.layout, {{{"db", usage}}, {filesystem}});
    return host;
}

TEST(Plans, ThatLeaveTheReservePass) {
    EXPECT_THAT(complaints(host_with(4 * terabyte, 3'800'000'000'000).validated()), IsEmpty());
}

TEST(Plans, ThatEatTheReserveAreOversubscribed) {
    const auto report = host_with(4 * terabyte, 3'800'000'000'001).validated();
    EXPECT_THAT(complaints(report), ElementsAre("warn plan.oversubscribed /data"));
    const auto finding = finding_of(report, "plan.oversubscribed", "/data");
    EXPECT_EQ(finding.expected, "at most 3800000000000 bytes");
    EXPECT_EQ(finding.actual, "3800000000001 bytes");
    EXPECT_EQ(finding.service, "");
}

TEST(Plans, LargerThanTheirFileSystemAreNamedByService) {
    const auto report = host_with(terabyte, terabyte + 1).validated();
    EXPECT_THAT(complaints(report), ElementsAre("warn plan.oversubscribed /data",
                                                "warn plan.exceeds_filesystem /data"));
    EXPECT_EQ(finding_of(report, "plan.exceeds_filesystem", "/data").service, "db");
}

TEST(Filesystems, AtTheWarningLevelWarnAndAtTheCriticalOneFail) {
    auto host = host_with(100, 0);
    auto& filesystem = host.inspection.usage.filesystems.front();
    filesystem.used_bytes = 85;
    filesystem.available_bytes = 15;
    EXPECT_THAT(complaints(host.validated()), ElementsAre("warn filesystem.space /data"));
    filesystem.inodes_total = 100;
    filesystem.inodes_free = 5;
    EXPECT_THAT(complaints(host.validated()),
                ElementsAre("warn filesystem.space /data", "fail filesystem.inodes /data"));
    const auto finding = finding_of(host.validated(), "filesystem.inodes", "/data");
    EXPECT_EQ(finding.expected, "below 85 %");
    EXPECT_EQ(finding.actual, "95.0 %");
}

TEST(Filesystems, AreHeldAgainstTheLayoutsThresholds) {
    auto host = host_with(100, 0);
    auto& filesystem = host.inspection.usage.filesystems.front();
    filesystem.used_bytes = 90;
    filesystem.available_bytes = 10;
    host.layout.filesystem_thresholds.warning_percent = 91;
    EXPECT_THAT(complaints(host.validated()), IsEmpty());
    host.layout.filesystem_thresholds.warning_percent = 60;
    host.layout.filesystem_thresholds.critical_percent = 90;
    EXPECT_THAT(complaints(host.validated()), ElementsAre("fail filesystem.space /data"));
    EXPECT_EQ(finding_of(host.validated(), "filesystem.space", "/data").expected, "below 60 %");
}

}  // namespace
}  // namespace jts::hot_storage::test
