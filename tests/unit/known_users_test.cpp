#include "bus/known_users.hpp"

#include <gtest/gtest.h>

namespace jts::hot_storage::bus {
namespace {

TEST(KnownUsers, AreThoseThatWereLearned) {
    KnownUsers users;
    EXPECT_EQ(users.find(":1.7"), std::nullopt);
    users.learn(":1.7", 1001);
    users.learn(":1.8", 0);
    EXPECT_EQ(users.find(":1.7"), 1001u);
    EXPECT_EQ(users.find(":1.8"), 0u);
}

/// Whoever connects again and again must not make the daemon grow.
TEST(KnownUsers, AreForgottenInTheirOrderWhereThereAreTooMany) {
    KnownUsers users(2);
    users.learn(":1.1", 1);
    users.learn(":1.2", 2);
    users.learn(":1.1", 1);
    users.learn(":1.3", 3);
    EXPECT_EQ(users.find(":1.1"), std::nullopt);
    EXPECT_EQ(users.find(":1.2"), 2u);
    EXPECT_EQ(users.find(":1.3"), 3u);
}

}  // namespace
}  // namespace jts::hot_storage::bus
