// Groups and accounts: what is missing, adopted, odd, or in conflict.
#include <gmock/gmock.h>

#include "unit/validate_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Finding account_with(void (*edit)(User&)) {
    ValidatedHost host;
    edit(host.user("db"));
    return finding_of(host.validated(), "user.account", "db");
}

TEST(Account, T29UidZeroFails) {
    const auto finding = account_with([](User& user) { user.uid = 0; });
    EXPECT_EQ(finding.result, CheckResult::fail);
    EXPECT_EQ(finding.message, "service db: the account db has uid 0 and is root by another name");
    EXPECT_EQ(finding.fix, "name another owner for service db in the layout");
}

TEST(Account, T29AUsablePasswordFails) {
    const auto finding = account_with([](User& user) { user.password = User::Password::usable; });
    EXPECT_EQ(finding.result, CheckResult::fail);
    EXPECT_THAT(finding.fix, HasSubstr("`passwd -l db`"));
}

TEST(Account, T29AnotherGroupFailsWithTheDropInThatAdoptsIt) {
    const auto finding = account_with([](User& user) { user.gid = 50; });
    EXPECT_EQ(finding.result, CheckResult::fail);
    EXPECT_THAT(finding.message, HasSubstr("the primary group staff, but the layout says db"));
    EXPECT_THAT(finding.fix, HasSubstr(R"({"format":1,"services":{"db":{"group":"staff"}}})"));
    EXPECT_THAT(finding.actual, HasSubstr("group staff"));
}

TEST(Account, T29AConflictDoesNotKeepTheTreeFromBeingLookedAt) {
    ValidatedHost host;
    host.user("db").password = User::Password::usable;
    host.entry({"db", "data"}).mode = 0777;
    EXPECT_THAT(complaints(host.validated()),
                ElementsAre("fail user.account db", "fail directory.mode /data/jts/hot/db/data"));
}

TEST(Account, T29AUidOfPeopleIsAWarning) {
    ValidatedHost host;
    host.user("db").uid = 1000;
    host.entry({"db", ""}).uid = host.entry({"db", "data"}).uid = 1000;
    EXPECT_THAT(complaints(host.validated()), ElementsAre("warn user.account db"));
}

TEST(Account, T29MembersOfTheDockerGroupAreAWarning) {
    ValidatedHost host;
    host.layout = default_layout();
    host.observation = provisioned_host(host.layout);
    for (auto& group : host.observation.accounts.groups) group.members = {"al\x1b", "bo"};
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), Contains("warn group.members docker"));
    EXPECT_EQ(report.count(CheckResult::warn), 1U);
    EXPECT_EQ(finding_of(report, "group.members", "docker").actual, "al\\x1b, bo");
}

TEST(Account, AnAdoptedOnePassesAndSaysWhatDiffers) {
    const auto finding = account_with([](User& user) {
        user.home = "/var/lib/\npostgresql";
        user.shell = "/bin/bash";
    });
    EXPECT_EQ(finding.result, CheckResult::pass);
    EXPECT_EQ(finding.expected, "group db, home /data/jts/hot/db, shell /bin/false");
    EXPECT_EQ(finding.actual, "uid 101, group db, home /var/lib/\\x0apostgresql, shell /bin/bash");
    EXPECT_THAT(finding.message,
                HasSubstr("its home is /var/lib/\\x0apostgresql and its shell /bin/bash"));
}

TEST(Account, OneWithoutALineInShadowFails) {
    const auto finding = account_with([](User& user) { user.password = User::Password::missing; });
    EXPECT_EQ(finding.result, CheckResult::fail);
    EXPECT_EQ(finding.fix, "jts-storage provision");
}

TEST(Account, AMissingOneFailsWithWhatWouldBeCreated) {
    ValidatedHost host;
    std::erase_if(host.observation.accounts.users,
                  [](const User& user) { return user.name == "db"; });
    const auto finding = finding_of(host.validated(), "user.exists", "db");
    EXPECT_EQ(finding.result, CheckResult::fail);
    EXPECT_EQ(finding.expected, "uid 101, group db, home /data/jts/hot/db, shell /bin/false");
    EXPECT_EQ(finding.actual, "absent");
}

TEST(Account, AnAclThatNamesNobodyFails) {
    ValidatedHost host;
    host.layout.services.front().directories.front().acl = {
        {false, AclEntry::Tag::user, "grafana", 5}};
    const auto finding = finding_of(host.validated(), "user.exists", "grafana");
    EXPECT_EQ(finding.result, CheckResult::fail);
    EXPECT_THAT(finding.message, HasSubstr("the ACL of /data/jts/hot/db names the user grafana"));
    EXPECT_THAT(complaints(host.validated()), testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace jts::hot_storage::test
