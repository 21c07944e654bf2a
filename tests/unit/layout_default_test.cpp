// The shipped layout, held against the specification's table written out.
#include <gtest/gtest.h>

#include "layout_support.hpp"

namespace jts::hot_storage::test {
namespace {

struct Row {
    std::string service, owner, group;
    std::uint32_t mode;
    Policy policy;
    Below below;
    std::vector<std::string> subdirectories;  ///< in name order
    std::uint64_t planned_gb;
    std::vector<std::string> units;
};

const std::vector<Row> table{
    {"backup",
     "root",
     "root",
     0755,
     Policy::exact,
     Below::declared_only,
     {"daily", "snapshots", "staging"},
     350,
     {}},
    {"clickhouse",
     "clickhouse",
     "clickhouse",
     0750,
     Policy::exact,
     Below::owner_and_group,
     {"data", "logs", "tmp"},
     1500,
     {"clickhouse-server.service"}},
    {"docker",
     "root",
     "docker",
     0755,
     Policy::at_most,
     Below::declared_only,
     {"containers", "tmp", "volumes"},
     500,
     {"docker.service"}},
    {"kafka",
     "kafka",
     "kafka",
     0750,
     Policy::exact,
     Below::owner_and_group,
     {"data", "logs"},
     600,
     {"kafka.service"}},
    {"mongodb",
     "mongodb",
     "mongodb",
     0750,
     Policy::exact,
     Below::owner_and_group,
     {"config", "data", "logs"},
     200,
     {"mongod.service"}},
    {"postgresql",
     "postgres",
     "postgres",
     0750,
     Policy::exact,
     Below::owner_and_group,
     {"config", "data", "logs"},
     800,
     {"postgresql@*.service"}},
    {"redis",
     "redis",
     "redis",
     0750,
     Policy::exact,
     Below::owner_and_group,
     {"data", "logs"},
     50,
     {"redis-server.service"}},
};

ServiceSpec expected_service(const Row& row) {
    ServiceSpec service{row.service, row.planned_gb * 1'000'000'000, row.units, {}};
    service.directories.push_back({"", row.owner, row.group, row.mode, row.policy, row.below, {}});
    for (const auto& name : row.subdirectories)
        service.directories.push_back(
            {name, row.owner, row.group, 0755, Policy::at_most, row.below, {}});
    return service;
}

TEST(ShippedLayout, IsTheSpecificationsTable) {
    const auto layout = layout_with({});
    EXPECT_EQ(layout.base, "/data/jts/hot");
    EXPECT_EQ(layout.expected_mount, std::nullopt);
    EXPECT_EQ(layout.reserve_percent, 5u);
    ASSERT_EQ(layout.services.size(), table.size());
    for (std::size_t i = 0; i < table.size(); ++i)
        EXPECT_EQ(layout.services[i], expected_service(table[i])) << table[i].service;
}

TEST(ShippedLayout, PlansFourThousandGigabytes) {
    std::uint64_t planned = 0;
    for (const auto& service : layout_with({}).services) planned += service.planned_bytes;
    EXPECT_EQ(planned, 4'000'000'000'000u);
}

TEST(ShippedLayout, AsksForTheSpecificationsAccountsAndGroups) {
    const auto layout = layout_with({});
    const std::vector<AccountSpec> accounts{
        {"clickhouse", "clickhouse", "clickhouse", "/data/jts/hot/clickhouse"},
        {"kafka", "kafka", "kafka", "/data/jts/hot/kafka"},
        {"mongodb", "mongodb", "mongodb", "/data/jts/hot/mongodb"},
        {"postgresql", "postgres", "postgres", "/data/jts/hot/postgresql"},
        {"redis", "redis", "redis", "/data/jts/hot/redis"},
    };
    const std::vector<GroupSpec> groups{
        {"clickhouse", "clickhouse"}, {"docker", "docker"},       {"kafka", "kafka"},
        {"mongodb", "mongodb"},       {"postgresql", "postgres"}, {"redis", "redis"},
    };
    EXPECT_EQ(accounts_of(layout, {}), accounts);
    EXPECT_EQ(groups_of(layout, {}), groups);
}

/// The fenced blocks of JSON in a document.
std::vector<std::string> json_blocks(const std::string& document) {
    constexpr std::string_view opening = "```json\n", closing = "\n```";
    std::vector<std::string> blocks;
    std::size_t end = 0;
    for (auto at = document.find(opening); at != std::string::npos;
         at = document.find(opening, end)) {
        at += opening.size();
        end = document.find(closing, at);
        blocks.push_back(document.substr(at, end - at));
    }
    return blocks;
}

TEST(DocumentedDropIns, AreAcceptedAfterTheShippedLayout) {
    const auto blocks = json_blocks(read_source("docs/layout.md"));
    EXPECT_EQ(blocks.size(), 5u);
    for (const auto& block : blocks) {
        const auto result = read_layout({vendor(), {"drop-in", block, std::nullopt}});
        EXPECT_TRUE(result.rejected.empty()) << describe(result.rejected) << "\n" << block;
        EXPECT_NE(result.layout, layout_with({})) << "changes something:\n" << block;
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
