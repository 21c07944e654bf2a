// The parser of passwd, group and shadow.
#include "sys/account_files.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace jts::hot_storage::sys {
namespace {

using Password = User::Password;

Password password_of(const std::string& passwd_field, const std::string& shadow) {
    const auto passwd = "redis:" + passwd_field + ":5:5::/h:/bin/false\n";
    return parse_accounts(passwd, "", shadow).user("redis")->password;
}

TEST(ParseAccounts, ReadsEveryField) {
    const auto accounts = parse_accounts("redis:x:991:992:gecos:/data/redis:/bin/false\n",
                                         "redis:x:992:alice,bob\n", "redis:!*:20000::::::\n");
    const User redis{"redis", 991, 992, "/data/redis", "/bin/false", Password::locked};
    EXPECT_EQ(accounts.users, std::vector{redis});
    EXPECT_EQ(accounts.groups, (std::vector{Group{"redis", 992, {"alice", "bob"}}}));
}

TEST(ParseAccounts, TheFirstOfTwoLinesOfOneNameWins) {
    const auto accounts =
        parse_accounts("a:x:1:1:::\na:x:0:0:::\n", "g:x:1:\ng:x:2:\n", "a:!:::::::\na::::::::\n");
    EXPECT_EQ(accounts.user("a")->uid, 1u);
    EXPECT_EQ(accounts.user("a")->password, Password::locked);
    EXPECT_EQ(accounts.group("g")->gid, 1u);
}

TEST(ParseAccounts, IdsAreUnsigned_T18) {
    const auto accounts = parse_accounts("a:x:4000000000:4294967294:::\n", "g:x:4000000000:\n", "");
    EXPECT_EQ(accounts.user("a")->uid, 4'000'000'000u);
    EXPECT_EQ(accounts.user("a")->gid, 4'294'967'294u);
    EXPECT_EQ(accounts.group("g")->gid, 4'000'000'000u);
}

class SkippedLine : public testing::TestWithParam<const char*> {};

TEST_P(SkippedLine, NamesNobodyAndHidesNobody_T18) {
    const auto accounts = parse_accounts(std::string(GetParam()) + "\nb:x:7:7:::\n", "", "");
    ASSERT_EQ(accounts.users.size(), 1u) << GetParam();
    EXPECT_EQ(accounts.users[0].name, "b");
}

INSTANTIATE_TEST_SUITE_P(
    ParseAccounts, SkippedLine,
    testing::Values("+::::::", "-mallory::::::", "+@netgroup:x:5:5:::", "#a:x:5:5:::", "", "   ",
                    "a", "a:x", "a:x:5", ":x:5:5:::", "a:x::5:::", "a:x:-1:5:::",
                    "a:x:4294967295:5:::", "a:x:4294967296:5:::", "a:x:99999999999999999999:5:::",
                    "a:x:0x0:5:::", "a:x:5 :5:::", "a:x:5:five:::"));

TEST(ParseAccounts, TheLastFieldsMayBeAbsent) {
    const auto accounts = parse_accounts("a:x:5:6", "g:x:7", "");
    EXPECT_EQ(accounts.user("a")->home, "");
    EXPECT_EQ(accounts.group("g")->gid, 7u);
}

TEST(ParseAccounts, APasswordIsLockedOnlyBehindExclamationMarkOrStar_T29) {
    EXPECT_EQ(password_of("x", "redis:!:::::::"), Password::locked);
    EXPECT_EQ(password_of("x", "redis:*:::::::"), Password::locked);
    EXPECT_EQ(password_of("x", "redis:!$y$hash:::::::"), Password::locked);
    EXPECT_EQ(password_of("x", "redis:$y$hash:::::::"), Password::usable);
    EXPECT_EQ(password_of("x", "redis::::::::"), Password::usable);
    EXPECT_EQ(password_of("x", "other:!:::::::"), Password::missing);
}

TEST(ParseAccounts, APasswordInPasswdItselfCountsInsteadOfShadows_T29) {
    EXPECT_EQ(password_of("", "redis:!:::::::"), Password::usable);
    EXPECT_EQ(password_of("$y$hash", "redis:!:::::::"), Password::usable);
    EXPECT_EQ(password_of("*", ""), Password::locked);
}

/// Text made of what the files are made of, so that it often is nearly well-formed.
rc::Gen<std::string> account_text() {
    const auto piece =
        rc::gen::elementOf(std::vector<std::string>{":",          ":",
                                                    ":",          "\n",
                                                    "\n",         "a",
                                                    "redis",      "x",
                                                    "!",          "*",
                                                    "0",          "5",
                                                    "4294967295", "99999999999",
                                                    "-1",         "+",
                                                    "#",          ",",
                                                    " ",          "\t",
                                                    "\r",         std::string(1, '\0'),
                                                    "\xff"});
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const auto& pieces) {
                            std::string text;
                            for (const auto& part : pieces) text += part;
                            return text;
                        });
}

RC_GTEST_PROP(ParseAccounts, NeverCrashesAndNeverInventsAnId, ()) {
    const auto accounts = parse_accounts(*account_text(), *account_text(), *account_text());
    for (const auto& user : accounts.users) {
        RC_ASSERT(!user.name.empty());
        RC_ASSERT(user.uid != 4294967295u && user.gid != 4294967295u);
    }
    for (const auto& group : accounts.groups) RC_ASSERT(group.gid != 4294967295u);
}

RC_GTEST_PROP(ParseAccounts, TakesAnyBytes,
              (const std::string& passwd, const std::string& group, const std::string& shadow)) {
    for (const auto& user : parse_accounts(passwd, group, shadow).users)
        RC_ASSERT(user.name.find_first_of(":\n") == std::string::npos);
}

}  // namespace
}  // namespace jts::hot_storage::sys
