// Which accounts and groups a layout asks for, and small questions to a layout.
#include <gtest/gtest.h>

#include "layout_support.hpp"

namespace jts::hot_storage::test {
namespace {

/// Service `a` has a directory of `z`'s owner and one of an account that owns no service.
Layout shared_layout() {
    return layout_with({
        drop_in("1.json", R"("base": "/b", "services": null)"),
        drop_in("2.json", R"("services": {
            "a": { "owner": "alice", "group": "staff", "directories": {
                "in": { "owner": "zoe" },
                "out": { "owner": "carol", "group": "readers" },
                "sys": { "owner": "root", "group": "root" } } },
            "r": { "owner": "root", "group": "docker" },
            "y": { "owner": "alice", "group": "staff" },
            "z": { "owner": "zoe", "directories": { "in": { "owner": "carol" } } } })"),
    });
}

TEST(AccountsOfALayout, BelongToTheServiceThatTheyOwn) {
    const std::vector<AccountSpec> expected{
        {"a", "alice", "staff", "/b/a"},
        {"a", "carol", "carol", "/b/a"},
        {"z", "zoe", "zoe", "/b/z"},
    };
    EXPECT_EQ(accounts_of(shared_layout(), {}), expected);
}

TEST(AccountsOfALayout, StayTheSameWhenOnlySomeServicesAreAskedFor) {
    const std::vector<AccountSpec> of_y{{"a", "alice", "staff", "/b/a"}};
    EXPECT_EQ(accounts_of(shared_layout(), {"y"}), of_y);
    const std::vector<AccountSpec> of_z{{"a", "carol", "carol", "/b/a"},
                                        {"z", "zoe", "zoe", "/b/z"}};
    EXPECT_EQ(accounts_of(shared_layout(), {"z"}), of_z);
    EXPECT_TRUE(accounts_of(shared_layout(), {"r"}).empty()) << "root is never among them";
}

TEST(GroupsOfALayout, AreThoseOfItsDirectoriesAndOfItsAccounts) {
    const std::vector<GroupSpec> expected{
        {"a", "carol"}, {"r", "docker"}, {"a", "readers"}, {"a", "staff"}, {"a", "zoe"},
    };
    EXPECT_EQ(groups_of(shared_layout(), {}), expected);
}

TEST(GroupsOfALayout, HoldEveryGroupThatTheAskedServicesAccountsNeed) {
    const std::vector<GroupSpec> of_y{{"a", "staff"}};
    EXPECT_EQ(groups_of(shared_layout(), {"y"}), of_y);
    const std::vector<GroupSpec> of_z{{"a", "carol"}, {"a", "zoe"}};
    EXPECT_EQ(groups_of(shared_layout(), {"z"}), of_z);
    const std::vector<GroupSpec> of_r{{"r", "docker"}};
    EXPECT_EQ(groups_of(shared_layout(), {"r"}), of_r);
}

TEST(GroupsOfALayout, DoNotGrowByADirectoryThatRootOwns) {
    const auto layout = layout_with({service_drop_in(
        "1.json", "redis", R"({ "directories": { "data": { "owner": "root" } } })")});
    const std::vector<GroupSpec> expected{{"redis", "redis"}};
    EXPECT_EQ(groups_of(layout, {"redis"}), expected);
}

TEST(Layouts, KnowTheirServicesAndPaths) {
    const auto layout = layout_with({});
    const auto* redis = layout.find("redis");
    ASSERT_NE(redis, nullptr);
    EXPECT_EQ(path_of(layout, *redis, redis->own()), "/data/jts/hot/redis");
    EXPECT_EQ(path_of(layout, *redis, redis->directories.at(1)), "/data/jts/hot/redis/data");
    EXPECT_EQ(layout.find("redi"), nullptr);
    EXPECT_EQ(layout.find(""), nullptr);
}

TEST(ServiceNames, AreLowerCaseWordsThatCanStandInAnObjectPath) {
    const std::string longest(31, 'a');
    for (const auto* name : {"a", "z9", "a_b_", longest.c_str()})
        EXPECT_TRUE(is_service_name(name)) << name;
    const auto too_long = longest + "a";
    for (const auto* name : {"", "_a", "9a", "A", "aB", "a-b", "a.b", "a/b", "..", "a b",
                             "\xc3\xa9", too_long.c_str()})
        EXPECT_FALSE(is_service_name(name)) << name;
    EXPECT_FALSE(is_service_name(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace jts::hot_storage::test
