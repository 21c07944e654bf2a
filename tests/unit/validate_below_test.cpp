// What lies below declared directories, and the write probe.
#include <gmock/gmock.h>

#include <map>

#include "unit/validate_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string own = "/data/jts/hot/db";
const std::string data = "/data/jts/hot/db/data";

TEST(Below, ForeignEntriesFailWithTheirNumberAndExamples) {
    ValidatedHost host;
    host.below({"db", "data"}) = {7, {data + "/x"}, {}};
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("fail below.owner " + data));
    const auto finding = finding_of(report, "below.owner", data);
    EXPECT_EQ(finding.entries, 7U);
    EXPECT_EQ(finding.expected, "db:db");
    EXPECT_EQ(finding.actual, "foreign");
    EXPECT_THAT(finding.examples, ElementsAre(data + "/x"));
}

TEST(Below, T03RefusedEntriesFailByReason) {
    ValidatedHost host;
    host.below({"db", "data"}).refused = {{"hard-link: has other names", 2, {data + "/x"}},
                                          {"device: not given away", 1, {}}};
    std::vector<std::string> words;
    for (const auto& finding : host.validated().findings) {
        if (finding.result != CheckResult::fail) continue;
        EXPECT_EQ(finding.check, "below.refused");
        EXPECT_EQ(finding.subject, data);
        words.push_back(finding.actual + " " + std::to_string(finding.entries));
    }
    EXPECT_THAT(words, ElementsAre("hard-link 2", "device 1"));
}

TEST(Below, EachReasonHasItsOwnRemedy) {
    for (const auto& [reason, remedy] : std::map<std::string, std::string>{
             {"hard-link: has other names", "find -xdev -samefile"},
             {"device: not given away", "remove the device node"},
             {"other-mount: of another file system", "declare its directory"},
             {"immutable: cannot be changed", "chattr -i"},
             {"gone: meanwhile", "look at the entries"}}) {
        ValidatedHost host;
        host.below({"db", "data"}).refused = {{reason, 1, {}}};
        EXPECT_THAT(finding_of(host.validated(), "below.refused", data).fix, HasSubstr(remedy))
            << reason;
    }
}

TEST(Below, LinksThatLeadOutAreAWarning) {
    ValidatedHost host;
    host.inspection.links_out[{"db", "data"}] = {4, {data + "/pg_tblspc/1"}};
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("warn below.links_out " + data));
    EXPECT_EQ(finding_of(report, "below.links_out", data).entries, 4U);
    EXPECT_EQ(finding_of(report, "below.links_out", own).result, CheckResult::pass);
}

TEST(Below, WhatCouldNotBeReadFailsAsProvisionWouldAndNothingPassesThere) {
    ValidatedHost host;
    host.inspection.unreadable[{"db", "data"}] = "x\n: Permission denied";
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("fail below.readable " + data));
    EXPECT_EQ(finding_of(report, "below.readable", data).actual, "x\\x0a: Permission denied");
    for (const auto& finding : report.findings) {
        const bool is_below = finding.subject == data && finding.check.starts_with("below.");
        EXPECT_TRUE(!is_below || finding.result != CheckResult::pass) << finding.check;
    }
}

TEST(Below, OfDeclaredOnlyDirectoriesNothingIsClaimed) {
    ValidatedHost host;
    for (auto& dir : host.layout.services.front().directories) dir.below = Below::declared_only;
    for (const auto& finding : host.validated().findings) {
        EXPECT_FALSE(finding.check.starts_with("below.")) << finding.check;
    }
}

TEST(Probe, IsReportedForEachDirectory) {
    ValidatedHost host;
    host.probes = {{{"db", ""}, "", "", 1234},
                   {{"db", "data"}, "EROFS", "Read-only file system", 0}};
    const auto report = host.validated();
    EXPECT_EQ(finding_of(report, "probe.write", own).result, CheckResult::pass);
    EXPECT_EQ(finding_of(report, "probe.write", own).latency_usec, 1234U);
    const auto failed = finding_of(report, "probe.write", data);
    EXPECT_EQ(failed.result, CheckResult::fail);
    EXPECT_EQ(failed.actual, "EROFS");
    EXPECT_EQ(failed.message, "db cannot write here: Read-only file system");
    EXPECT_EQ(failed.latency_usec, std::nullopt);
}

TEST(Probe, EachErrorHasItsOwnRemedy) {
    const std::string confined = "confines the account", full = "jts-storage usage";
    for (const auto& [error, remedy] :
         std::map<std::string, std::string>{{"EACCES", confined},
                                            {"EPERM", confined},
                                            {"ENOSPC", full},
                                            {"EDQUOT", full},
                                            {"EROFS", "mount the file system for writing"}}) {
        ValidatedHost host;
        host.probes = {{{"db", "data"}, error, "said the kernel", 0}};
        EXPECT_THAT(finding_of(host.validated(), "probe.write", data).fix, HasSubstr(remedy))
            << error;
    }
    ValidatedHost host;
    host.probes = {{{"db", "data"}, "EIO", "Input/output error", 0}};
    EXPECT_EQ(finding_of(host.validated(), "probe.write", data).fix, "");
}

TEST(Probe, OfRootsDirectoriesAndWhatWasNotTriedIsSkipped) {
    ValidatedHost host;
    host.layout.services.push_back(service(
        "zbackup", {"", "root", "root", 0755, Policy::exact, Below::declared_only, {}}, {}));
    host.observation = provisioned_host(host.layout);
    host.probes.emplace();
    EXPECT_THAT(complaints(host.validated()),
                ElementsAre("skip probe.write " + own, "skip probe.write " + data,
                            "skip probe.write /data/jts/hot/zbackup"));
    EXPECT_THAT(finding_of(host.validated(), "probe.write", "/data/jts/hot/zbackup").message,
                HasSubstr("root's"));
    host.probes.reset();
    EXPECT_THAT(complaints(host.validated()), IsEmpty());
}

}  // namespace
}  // namespace jts::hot_storage::test
