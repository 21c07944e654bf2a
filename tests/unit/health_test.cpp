#include "engine/health.hpp"

#include <gtest/gtest.h>

namespace jts::hot_storage::engine {
namespace {

class Health : public ::testing::Test {
  protected:
    Health() { observation_.directories[{"redis", ""}].entry.type = EntryState::Type::directory; }
    std::string health() const { return health_of(layout_, observation_, plan_); }

    LoadedLayout layout_;
    Observation observation_;
    Plan plan_;
};

TEST_F(Health, IsOkWhereThereIsNothingToChange) {
    EXPECT_EQ(health(), "ok");
}

TEST_F(Health, IsUnprovisionedWhereNoServiceDirectoryExistsWhateverThePlanHolds) {
    observation_.directories[{"redis", ""}].entry.type = EntryState::Type::missing;
    plan_.changes.emplace_back();
    EXPECT_EQ(health(), "unprovisioned");
    observation_.directories[{"redis", "data"}].entry.type = EntryState::Type::directory;
    EXPECT_EQ(health(), "unprovisioned") << "a subdirectory is not the service's";
}

TEST_F(Health, IsCriticalWhereOneThingIsNotAsTheLayoutSays) {
    plan_.changes.emplace_back();
    EXPECT_EQ(health(), "critical");
}

TEST_F(Health, IsCriticalWhereSomethingMustBeRefused) {
    plan_.refused.emplace_back();
    EXPECT_EQ(health(), "critical");
}

TEST_F(Health, IsCriticalWhereThePlanIsBlockedEvenOnAnEmptyHost) {
    plan_.blockers.push_back({});
    EXPECT_EQ(health(), "critical");
    observation_.directories.clear();
    EXPECT_EQ(health(), "critical");
}

TEST_F(Health, IsCriticalWhereAFileOfTheLayoutIsRejectedEvenOnAnEmptyHost) {
    layout_.result.rejected.emplace_back();
    EXPECT_EQ(health(), "critical");
    observation_.directories.clear();
    EXPECT_EQ(health(), "critical");
}

TEST(HealthWithAlerts, IsTheWorseOfTheTwo) {
    const Alert warning{"usage.redis", Level::warning}, critical{"usage.kafka", Level::critical};
    EXPECT_EQ(health_with("ok", {}), "ok");
    EXPECT_EQ(health_with("ok", {warning}), "degraded");
    EXPECT_EQ(health_with("ok", {warning, critical}), "critical");
    EXPECT_EQ(health_with("critical", {warning}), "critical");
    EXPECT_EQ(health_with("unprovisioned", {warning}), "unprovisioned");
    EXPECT_EQ(health_with("unprovisioned", {critical}), "critical");
}

}  // namespace
}  // namespace jts::hot_storage::engine
