// The layout's files, the host, the base and the way to it.
#include <gmock/gmock.h>

#include "unit/validate_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Validate, NothingIsWrongWithAHostAsTheLayoutSays) {
    const auto report = ValidatedHost().validated();
    EXPECT_THAT(complaints(report), IsEmpty());
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.count(CheckResult::pass), report.findings.size());
    EXPECT_EQ(report.findings.front().check, "layout.rejected");
}

TEST(Validate, TheDefaultLayoutPassesToo) {
    ValidatedHost host;
    host.layout = default_layout();
    host.observation = provisioned_host(host.layout);
    for (const auto& complaint : complaints(host.validated())) {
        EXPECT_THAT(complaint, StartsWith("skip unit.sandbox "));
    }
}

TEST(Validate, OfAnEmptyHostEverythingFailsThatWouldBeCreated) {
    ValidatedHost host;
    host.observation = empty_host(host.layout);
    EXPECT_THAT(complaints(host.validated()),
                ElementsAre("fail directory.exists /data", "fail directory.exists /data/jts",
                            "fail directory.exists /data/jts/hot", "fail group.exists db",
                            "fail user.exists db", "fail directory.exists /data/jts/hot/db",
                            "fail directory.exists /data/jts/hot/db/data"));
    for (const auto& finding : host.validated().findings) {
        EXPECT_NE(finding.check, "base.unmanaged");
    }
    const auto finding = finding_of(host.validated(), "directory.exists", "/data/jts/hot/db");
    EXPECT_EQ(finding.expected, "db:db 0750");
    EXPECT_EQ(finding.fix, "jts-storage provision");
}

TEST(LayoutRejected, EachFileFailsWithItsEscapedReason) {
    ValidatedHost host;
    host.rejected = {{"/etc/a\n.json", "/services/x", "must not\x1b be"},
                     {"/etc/b.json", "", "no"}};
    const auto report = host.validated();
    EXPECT_EQ(report.count(CheckResult::fail), 2U);
    const auto finding = finding_of(report, "layout.rejected", "/etc/a\\x0a.json");
    EXPECT_EQ(finding.actual, "/services/x: must not\\x1b be");
    EXPECT_EQ(finding_of(report, "layout.rejected", "/etc/b.json").actual, "no");
}

TEST(Records, WhatIsPendingOrDamagedOrUnreadableIsSaid_T32) {
    ValidatedHost host;
    EXPECT_TRUE(has_finding(host.validated(), CheckResult::pass, "changes"));
    host.inspection.records = {.pending = "waits for\n",
                               .damaged = {{"/r/a", "byte 3", true}, {"/r/b", "byte 4"}}};
    EXPECT_THAT(complaints(host.validated()),
                ElementsAre("fail changes.pending changes", "warn changes.records /r/a",
                            "fail changes.records /r/b"));
    EXPECT_EQ(finding_of(host.validated(), "changes.pending", "changes").actual, "waits for\\x0a");
    EXPECT_EQ(finding_of(host.validated(), "changes.records", "/r/b").actual, "byte 4");
    host.inspection.records = {.pending = "being finished", .is_recovering = true};
    EXPECT_THAT(finding_of(host.validated(), "changes.pending", "changes").fix,
                HasSubstr("`recovering`"));
    host.inspection.records.pending.clear();  // in the moment when it has just been finished
    EXPECT_EQ(finding_of(host.validated(), "changes.pending", "changes").fix, "");
    host.inspection.records = {.error = "cannot open"};
    EXPECT_THAT(complaints(host.validated()), ElementsAre("fail changes.records changes"));
}

TEST(ProtectedHardlinks, T03WithoutThemTheHostIsWarnedOf) {
    ValidatedHost host;
    host.inspection.hardlinks_protected = false;
    EXPECT_THAT(complaints(host.validated()),
                ElementsAre("fail host.protected_hardlinks fs.protected_hardlinks"));
}

TEST(BaseSafe, AnUnsafeParentFailsAndWhatLiesBehindIsSkipped) {
    ValidatedHost host;
    host.observation.base_path[1].entry = directory(0, 0, 0775);
    const auto report = host.validated();
    EXPECT_THAT(
        complaints(report),
        ElementsAre("fail base.safe /data/jts", "skip base.safe /data/jts/hot",
                    "skip base.unmanaged /data/jts/hot", "skip directory.exists /data/jts/hot/db",
                    "skip directory.exists /data/jts/hot/db/data"));
    const auto finding = finding_of(report, "base.safe", "/data/jts");
    EXPECT_THAT(finding.message, HasSubstr("(mode 0775) may be written by others than root"));
    EXPECT_THAT(finding.fix, HasSubstr("chmod go-w"));
}

TEST(BaseSafe, ASymlinkAndAStrangersDirectoryFail) {
    for (const auto type : {EntryState::Type::symlink, EntryState::Type::other}) {
        ValidatedHost host;
        host.observation.base_path[2].entry.type = type;
        EXPECT_THAT(complaints(host.validated()), Contains("fail base.safe /data/jts/hot"));
    }
    ValidatedHost host;
    host.observation.base_path[0].entry.uid = 1000;
    EXPECT_THAT(finding_of(host.validated(), "base.safe", "/data").message,
                HasSubstr("belongs to 1000:root"));
}

TEST(ExpectedMount, T39OffItValidateFailsAndLooksNoFurther) {
    ValidatedHost host;
    host.layout.expected_mount = "/data/jts";
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("fail mount.expected /data/jts/hot",
                                                "skip base.unmanaged /data/jts/hot",
                                                "skip directory.exists /data/jts/hot/db",
                                                "skip directory.exists /data/jts/hot/db/data"));
    const auto finding = finding_of(report, "mount.expected", "/data/jts/hot");
    EXPECT_EQ(finding.expected, "/data/jts");
    EXPECT_EQ(finding.actual, "/");
    host.observation.mount_point = "/data/jts";
    EXPECT_THAT(complaints(host.validated()), IsEmpty());
    EXPECT_EQ(finding_of(host.validated(), "mount.expected", "/data/jts/hot").result,
              CheckResult::pass);
}

TEST(Base, WhatThePlanWouldChangeFails) {
    ValidatedHost host;
    host.observation.base_path[2].entry = directory(0, 50, 0775);
    EXPECT_THAT(complaints(host.validated()), ElementsAre("fail directory.owner /data/jts/hot",
                                                          "fail directory.mode /data/jts/hot"));
}

TEST(Base, ThatThisServiceCannotWriteFails) {
    ValidatedHost host;
    host.observation.read_only = true;
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("fail base.writable /data/jts/hot"));
    EXPECT_THAT(finding_of(report, "base.writable", "/data/jts/hot").fix,
                HasSubstr("[Service]\nReadWritePaths=/data/jts/hot"));
}

TEST(Base, UnderAnImmutableParentOnlyTheFirstMissingOneFails) {
    ValidatedHost host;
    host.observation = empty_host(host.layout);
    host.observation.accounts = provisioned_host(host.layout).accounts;
    host.observation.base_path[0].entry = directory(0, 0, 0755);
    host.observation.base_path[0].entry.immutable = true;
    const auto report = host.validated();
    EXPECT_THAT(
        complaints(report),
        ElementsAre("fail directory.exists /data/jts", "skip directory.exists /data/jts/hot",
                    "skip base.unmanaged /data/jts/hot", "skip directory.exists /data/jts/hot/db",
                    "skip directory.exists /data/jts/hot/db/data"));
    EXPECT_EQ(finding_of(report, "directory.exists", "/data/jts").fix,
              "chattr -i -a /data && jts-storage provision");
}

TEST(Unmanaged, EntriesOfTheBaseThatNobodyDeclaredAreCounted) {
    ValidatedHost host;
    host.inspection.unmanaged = {3, {"/data/jts/hot/old"}};
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("warn base.unmanaged /data/jts/hot"));
    const auto finding = finding_of(report, "base.unmanaged", "/data/jts/hot");
    EXPECT_EQ(finding.entries, 3U);
    EXPECT_THAT(finding.examples, ElementsAre("/data/jts/hot/old"));
    EXPECT_THAT(without_names(report).findings, Contains(testing::Field(&Finding::entries, 3U)));
}

TEST(Services, OnlyThoseAskedForAreLookedAt) {
    ValidatedHost host;
    host.layout = default_layout();
    host.observation = provisioned_host(host.layout);
    host.services = {"kafka"};
    for (const auto& finding : host.validated().findings) {
        EXPECT_TRUE(finding.service.empty() || finding.service == "kafka") << finding.subject;
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
