#include "core/observation.hpp"

#include <gtest/gtest.h>

namespace jts::hot_storage {
namespace {

AccountDatabase accounts() {
    AccountDatabase database;
    database.users = {{"root", 0, 0, "/root", "/bin/sh", User::Password::locked},
                      {"redis", 4'000'000'000, 110, "/x", "/bin/false", User::Password::locked},
                      {"toor", 0, 0, "/root", "/bin/sh", User::Password::usable},
                      {"redis", 7, 7, "/y", "/bin/false", User::Password::missing}};
    database.groups = {{"root", 0, {}}, {"redis", 110, {}}, {"twin", 110, {}}};
    return database;
}

TEST(AccountDatabases, AnswerWithTheFirstMatchAsNssDoes) {
    const auto database = accounts();
    EXPECT_EQ(database.user("redis")->uid, 4'000'000'000u);  // T18
    EXPECT_EQ(database.user(0u)->name, "root");
    EXPECT_EQ(database.group(110u)->name, "redis");
    EXPECT_EQ(database.group("twin")->gid, 110u);
}

TEST(AccountDatabases, HaveNoAnswerForWhoIsNotThere) {
    const auto database = accounts();
    EXPECT_EQ(database.user("nobody"), nullptr);
    EXPECT_EQ(database.user(1u), nullptr);
    EXPECT_EQ(database.group(""), nullptr);
    EXPECT_EQ(database.group(4'000'000'000u), nullptr);
}

TEST(OwnerText, HasNumbersWhereNoNameExists) {
    EXPECT_EQ(owner_text(accounts(), 4'000'000'000, 110), "redis:redis");
    EXPECT_EQ(owner_text(accounts(), 4'294'967'294, 0), "4294967294:root");
    EXPECT_EQ(owner_text(accounts(), 0, 5), "root:5");
}

}  // namespace
}  // namespace jts::hot_storage
