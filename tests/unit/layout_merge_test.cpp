// How files come together: what a drop-in may do, who set what, and what stays the same.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "layout_support.hpp"

namespace jts::hot_storage::test {
namespace {

using Files = std::vector<LayoutFile>;

TEST(DropIns, AddAServiceWithItsDefaults) {
    const auto layout = layout_with({service_drop_in("10.json", "questdb", R"({
        "owner": "questdb", "below": "owner",
        "directories": { "wal": {}, "db": { "mode": "0700", "group": "quant" } } })")});
    const ServiceSpec expected{
        "questdb",
        0,
        {},
        {{"", "questdb", "questdb", 0750, Policy::exact, Below::owner, {}},
         {"db", "questdb", "quant", 0700, Policy::at_most, Below::owner, {}},
         {"wal", "questdb", "questdb", 0755, Policy::at_most, Below::owner, {}}}};
    ASSERT_NE(layout.find("questdb"), nullptr);
    EXPECT_EQ(*layout.find("questdb"), expected);
    EXPECT_EQ(layout.services.size(), 8u);
    EXPECT_EQ(*layout.find("redis"), *layout_with({}).find("redis"));
}

TEST(DropIns, ChangeOneValueAndNothingElse) {
    const auto layout = layout_with({service_drop_in("10.json", "redis", R"({"mode": "0700"})")});
    auto expected = *layout_with({}).find("redis");
    expected.directories.front().mode = 0700;
    EXPECT_EQ(*layout.find("redis"), expected);
}

TEST(DropIns, TakeAServiceOrADirectoryOutOfManagement) {
    const auto layout = layout_with({drop_in(
        "10.json", R"("services": {"kafka": null, "redis": {"directories": {"logs": null}}})")});
    EXPECT_EQ(layout.find("kafka"), nullptr);
    EXPECT_EQ(layout.services.size(), 6u);
    EXPECT_EQ(layout.find("redis")->directories.size(), 2u);
}

TEST(DropIns, GiveAValueItsDefaultBackWithNull) {
    const auto layout = layout_with({service_drop_in(
        "10.json", "docker", R"({"mode": null, "policy": null, "planned_bytes": null})")});
    EXPECT_EQ(layout.find("docker")->own().mode, 0750u);
    EXPECT_EQ(layout.find("docker")->own().policy, Policy::exact);
    EXPECT_EQ(layout.find("docker")->planned_bytes, 0u);
}

TEST(DropIns, AreAppliedInOrderSoThatTheLastOneWins) {
    const auto seven = drop_in("10.json", R"("reserve_percent": 7)");
    const auto nine = drop_in("20.json", R"("reserve_percent": 9)");
    EXPECT_EQ(layout_with({seven, nine}).reserve_percent, 9u);
    EXPECT_EQ(layout_with({nine, seven}).reserve_percent, 7u);
}

TEST(DropIns, ReplaceListsWhole) {
    const auto layout =
        layout_with({service_drop_in("10.json", "postgresql", R"({"units": ["pg.service"]})")});
    EXPECT_EQ(layout.find("postgresql")->units, std::vector<std::string>{"pg.service"});
}

TEST(DropIns, MayNeedAnEarlierOneAndAreRejectedWithoutIt) {
    const auto adds = service_drop_in("10.json", "etcd", R"({"owner": "etcd"})");
    const auto changes = service_drop_in("20.json", "etcd", R"({"planned_bytes": 5})");
    EXPECT_EQ(layout_with({adds, changes}).find("etcd")->planned_bytes, 5u);
    const auto result = read_layout({vendor(), changes});
    ASSERT_EQ(result.rejected.size(), 1u);
    EXPECT_EQ(result.rejected.front().pointer, "/services/etcd/owner");
}

TEST(RejectedDropIns, DoNotBringBackWhatAnotherOneHadRemoved) {  // T43
    const auto removes = service_drop_in("10.json", "kafka", "null");
    const auto broken = service_drop_in("20.json", "kafka", R"({"owner": "kafka", "mod": "0750"})");
    const auto result = read_layout({vendor(), removes, broken});
    ASSERT_EQ(result.rejected.size(), 1u);
    EXPECT_EQ(result.rejected.front().path, "20.json");
    EXPECT_EQ(result.layout.find("kafka"), nullptr);
}

TEST(RejectedDropIns, LeaveNoTraceInLayoutDocumentOrSources) {
    const auto good = drop_in("30.json", R"("reserve_percent": 7)");
    const auto half_bad = drop_in("20.json", R"("reserve_percent": 9, "base": "x")");
    const auto with = read_layout({vendor(), half_bad, good});
    const auto without = read_layout({vendor(), good});
    EXPECT_EQ(with.rejected.size(), 1u);
    EXPECT_EQ(with.layout, without.layout);
    EXPECT_EQ(with.document, without.document);
    EXPECT_EQ(with.sources, without.sources);
    EXPECT_EQ(with.canonical, without.canonical);
}

TEST(NoFiles, MeanTheDefaultsAndNoService) {
    const auto result = read_layout({});
    EXPECT_TRUE(result.rejected.empty());
    EXPECT_EQ(result.layout, (Layout{"/data/jts/hot", std::nullopt, 5, {}}));
}

TEST(AclEntries, AreSortedAndKeepTheirMeaning) {
    const auto layout = layout_with({service_drop_in(
        "10.json", "redis",
        R"({"acl": ["default:user:b:-w-", "group:a:--x", "user:c:r--", "user:b:rwx"]})")});
    using Tag = AclEntry::Tag;
    const std::vector<AclEntry> expected{{false, Tag::user, "b", 7},
                                         {false, Tag::user, "c", 4},
                                         {false, Tag::group, "a", 1},
                                         {true, Tag::user, "b", 2}};
    EXPECT_EQ(layout.find("redis")->own().acl, expected);
    EXPECT_TRUE(layout.find("redis")->directories.at(1).acl.empty()) << "not inherited";
}

TEST(Sources, NameTheFileThatSetEachValueLast) {
    const auto result = read_layout({
        vendor(),
        service_drop_in("10.json", "redis", R"({"planned_bytes": 1, "units": ["r.service"]})"),
        service_drop_in("20.json", "redis", R"({"planned_bytes": 2})"),
    });
    const auto& sources = result.sources;
    EXPECT_EQ(sources.at("/format"), "20.json");
    EXPECT_EQ(sources.at("/base"), "layout.json");
    EXPECT_EQ(sources.at("/services/redis/planned_bytes"), "20.json");
    EXPECT_EQ(sources.at("/services/redis/units"), "10.json");
    EXPECT_EQ(sources.at("/services/redis/owner"), "layout.json");
    EXPECT_EQ(sources.at("/services/redis/group"), "") << "a default";
    EXPECT_EQ(sources.at("/services/redis/directories/data/mode"), "");
    EXPECT_EQ(sources.at("/expected_mount"), "") << "null is the default";
    EXPECT_EQ(sources.at("/services/backup/units"), "");
}

TEST(Sources, ForgetWhatWasTakenAway) {
    const auto result = read_layout({
        vendor(),
        service_drop_in("10.json", "docker", "null"),
        service_drop_in("20.json", "docker", R"({"owner": "root", "directories": {"tmp": {}}})"),
        service_drop_in("30.json", "redis", R"({"planned_bytes": null})"),
    });
    EXPECT_EQ(result.sources.at("/services/docker/owner"), "20.json");
    EXPECT_EQ(result.sources.at("/services/docker/mode"), "");
    EXPECT_EQ(result.sources.at("/services/redis/planned_bytes"), "");
    EXPECT_EQ(result.sources.count("/services/docker/directories/volumes/mode"), 0u);
}

TEST(Sources, OfAServiceAreNotTakenForThoseOfOneWithALongerName) {
    const auto result = read_layout({
        vendor(),
        service_drop_in("10.json", "redis2", R"({"owner": "redis", "mode": "0700"})"),
        service_drop_in("20.json", "redis", "null"),
    });
    EXPECT_EQ(result.sources.at("/services/redis2/mode"), "10.json");
}

TEST(Document, IsTheLayoutInTheFilesOwnFormatWithEveryDefault) {
    const auto result = read_layout({drop_in("x.json", R"("services": {
        "etcd": { "owner": "etcd", "mode": "700", "acl": ["user:a:r-x"], "directories": { "d": {} } } })")});
    const auto expected = nlohmann::json::parse(R"({
        "format": 1, "base": "/data/jts/hot", "expected_mount": null, "reserve_percent": 5,
        "services": { "etcd": {
            "owner": "etcd", "group": "etcd", "mode": "0700", "policy": "exact",
            "below": "owner-and-group", "acl": ["user:a:r-x"], "planned_bytes": 0, "units": [],
            "directories": { "d": { "owner": "etcd", "group": "etcd", "mode": "0755",
                "policy": "at-most", "below": "owner-and-group", "acl": [] } },
            "thresholds": { "warning_percent": 80, "critical_percent": 90,
                "warning_bytes": null, "critical_bytes": null, "hysteresis_points": 2,
                "warning_days_left": 14, "critical_days_left": 3 } } },
        "filesystem_thresholds": { "warning_percent": 85, "critical_percent": 95,
            "hysteresis_points": 2, "warning_days_left": 14, "critical_days_left": 3 } })");
    EXPECT_EQ(nlohmann::json::parse(result.document), expected);
}

TEST(DropIns, ChangeOneThresholdAndNoOther) {
    const auto layout = layout_with(
        {service_drop_in("10.json", "redis", R"({"thresholds": {"warning_percent": 70}})"),
         service_drop_in("20.json", "redis", R"({"thresholds": {"warning_bytes": 5}})"),
         drop_in("30.json", R"("filesystem_thresholds": {"hysteresis_points": 1})")});
    Thresholds service;
    service.warning_percent = 70;
    service.warning_bytes = 5;
    EXPECT_EQ(layout.find("redis")->thresholds, service);
    EXPECT_EQ(layout.find("kafka")->thresholds, default_service_thresholds);
    Thresholds filesystem = default_filesystem_thresholds;
    filesystem.hysteresis_points = 1;
    EXPECT_EQ(layout.filesystem_thresholds, filesystem);
}

TEST(DropIns, SayWhichOtherThresholdTheirsIsNotInOrderWith) {
    const auto result =
        read_layout({vendor(), service_drop_in("10.json", "redis",
                                               R"({"thresholds": {"warning_percent": 95}})")});
    ASSERT_EQ(result.rejected.size(), 1u);
    EXPECT_EQ(result.rejected.front().pointer, "/services/redis/thresholds/critical_percent");
    EXPECT_EQ(result.rejected.front().reason, "is 90, below warning_percent, which is 95");
}

TEST(CanonicalText, HasNoThresholdsThatAreDefaultsSoThatDigestsStay) {
    const auto plain = read_layout({service_drop_in("x.json", "etcd", R"({"owner": "etcd"})")});
    EXPECT_EQ(plain.canonical,
              R"({"format":1,"base":"/data/jts/hot","expected_mount":null,"reserve_percent":5,)"
              R"("services":{"etcd":{"owner":"etcd","group":"etcd","mode":"0750","policy":"exact",)"
              R"("below":"owner-and-group","acl":[],"planned_bytes":0,"units":[],)"
              R"("directories":{}}}})");
    const auto asked_for =
        read_layout({drop_in("x.json", R"("filesystem_thresholds": {"warning_percent": 85},
            "services": {"etcd": {"owner": "etcd", "thresholds": {"critical_percent": 90}}})")});
    EXPECT_EQ(asked_for.canonical, plain.canonical);
}

TEST(CanonicalText, DoesNotDependOnSpellingOrFiles) {
    const auto plain = read_layout({drop_in("a.json", R"("services": {"etcd": {
        "owner": "etcd", "mode": "0750", "acl": ["user:a:r-x", "user:b:r--"] }})")});
    const auto other = read_layout({
        {"b.json", "// a\n{\"services\": {\"etcd\": {\"owner\": \"etcd\"}}, \"format\": 1}", {}},
        service_drop_in("c.json", "etcd",
                        R"({"mode": "750", "acl": ["user:b:r--", "user:a:r-x"]})"),
    });
    EXPECT_TRUE(other.rejected.empty()) << describe(other.rejected);
    EXPECT_EQ(plain.canonical, other.canonical);
}

TEST(CanonicalText, DiffersWithEveryValue) {
    const auto vendor_alone = read_layout({vendor()}).canonical;
    for (const auto* value :
         {R"({"owner": "x"})", R"({"group": "x"})", R"({"mode": "0751"})",
          R"({"policy": "at-most"})", R"({"below": "owner"})", R"({"acl": ["user:a:r-x"]})",
          R"({"planned_bytes": 1})", R"({"units": []})", R"({"directories": {"logs": null}})",
          R"({"directories": {"logs": {"mode": "0700"}}})",
          R"({"thresholds": {"warning_percent": 79}})",
          R"({"thresholds": {"critical_percent": 91}})", R"({"thresholds": {"warning_bytes": 1}})",
          R"({"thresholds": {"critical_bytes": 1}})", R"({"thresholds": {"hysteresis_points": 1}})",
          R"({"thresholds": {"warning_days_left": 9}})",
          R"({"thresholds": {"critical_days_left": 2}})"}) {
        const auto changed = read_layout({vendor(), service_drop_in("x.json", "redis", value)});
        EXPECT_TRUE(changed.rejected.empty()) << value;
        EXPECT_NE(changed.canonical, vendor_alone) << value;
    }
    for (const auto* value :
         {R"("base": "/x")", R"("expected_mount": "/data")", R"("reserve_percent": 6)",
          R"("filesystem_thresholds": {"warning_percent": 84})"})
        EXPECT_NE(read_layout({vendor(), drop_in("x.json", value)}).canonical, vendor_alone)
            << value;
}

}  // namespace
}  // namespace jts::hot_storage::test
