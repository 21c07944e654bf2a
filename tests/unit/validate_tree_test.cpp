// Declared directories: type, owner, mode, ACL.
#include <gmock/gmock.h>

#include "unit/validate_hosts.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string data = "/data/jts/hot/db/data";

TEST(Directory, OwnerModeAndAclFailWithWhatThePlanSays) {
    ValidatedHost host;
    auto& entry = host.entry({"db", "data"});
    entry = directory(1000, 50, 01777);
    entry.acl = {{false, AclLine::Tag::user, 1000, 7}, {false, AclLine::Tag::mask, 0, 7}};
    const auto report = host.validated();
    EXPECT_THAT(complaints(report),
                ElementsAre("fail directory.owner " + data, "fail directory.mode " + data,
                            "fail directory.acl " + data));
    const auto owner = finding_of(report, "directory.owner", data);
    EXPECT_EQ(owner.expected, "db:db");
    EXPECT_EQ(owner.actual, "1000:staff");
    EXPECT_EQ(owner.service, "db");
    EXPECT_EQ(finding_of(report, "directory.mode", data).actual, "1777");
    EXPECT_EQ(finding_of(report, "directory.acl", data).expected, "none");
}

TEST(Directory, NarrowerThanAtMostPassesAndSaysSo) {
    ValidatedHost host;
    host.entry({"db", "data"}).mode = 0700;
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), IsEmpty());
    const auto finding = finding_of(report, "directory.mode", data);
    EXPECT_EQ(finding.expected, "0755");
    EXPECT_EQ(finding.actual, "0700");
    EXPECT_THAT(finding.message, HasSubstr("or narrower"));
}

TEST(Directory, AnImmutableOneFailsWhereItIsWrongAndThereAlone) {
    ValidatedHost host;
    host.entry({"db", "data"}).immutable = true;
    EXPECT_THAT(complaints(host.validated()), IsEmpty());
    host.entry({"db", "data"}).mode = 0777;
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("fail directory.mode " + data));
    EXPECT_EQ(finding_of(report, "directory.mode", data).fix,
              "chattr -i -a " + data + " && jts-storage provision");
}

TEST(Directory, WhatIsNoneFailsAndWhatLiesBelowIsSkipped) {
    ValidatedHost host;
    host.entry({"db", "data"}) = {};
    host.entry({"db", ""}).type = EntryState::Type::symlink;
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("fail directory.type /data/jts/hot/db",
                                                "skip directory.exists " + data));
    const auto finding = finding_of(report, "directory.type", "/data/jts/hot/db");
    EXPECT_EQ(finding.actual, "symbolic link");
    EXPECT_THAT(finding.message, HasSubstr("must not be a symbolic link"));
    EXPECT_THAT(finding.fix, HasSubstr("jts-storage provision"));
}

TEST(Directory, ASealedMountIsToBeUnmounted) {
    ValidatedHost host;
    host.layout.base = "/data/it's hot";
    host.observation = provisioned_host(host.layout);
    host.entry({"db", "data"}).type = EntryState::Type::sealed;
    const auto report = host.validated();
    EXPECT_EQ(finding_of(report, "directory.type", "/data/it's hot/db/data").fix,
              R"(umount '/data/it'\''s hot/db/data')");
}

TEST(Directory, OneThatCannotBeCreatedSaysWhy) {
    ValidatedHost host;
    host.entry({"db", ""}).immutable = true;
    host.entry({"db", "data"}) = {};
    const auto report = host.validated();
    EXPECT_THAT(complaints(report), ElementsAre("fail directory.exists " + data));
    EXPECT_THAT(finding_of(report, "directory.exists", data).message,
                HasSubstr("the directory above it is immutable"));
}

TEST(LostFound, InASubdirectoryThatIsAMountIsAWarning) {
    ValidatedHost host;
    host.inspection.lost_found = {{"db", ""}};
    EXPECT_THAT(complaints(host.validated()), IsEmpty());
    host.inspection.lost_found = {{"db", "data"}};
    EXPECT_THAT(complaints(host.validated()), ElementsAre("warn directory.lost_found " + data));
}

}  // namespace
}  // namespace jts::hot_storage::test
