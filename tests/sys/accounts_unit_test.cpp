// The daemon's side of the accounts units: what is believed, and when.
#include "engine/accounts_unit.hpp"

#include <sys/stat.h>

#include "accounts_host.hpp"
#include "support/scripted_units.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr const char* all = "jts-hot-storage-accounts.service";
constexpr const char* success = R"({"format":1,"ok":true,"created":[],"repaired":[]})";

class AccountsUnits : public AccountsHost {
  protected:
    fs::path answer(const std::string& unit = all) const { return root_ / "run" / unit; }
    void answers(const std::string& text) {
        units_.during = [this, text](const std::string& unit) {
            std::ofstream(answer(unit), std::ios::trunc) << text;
        };
    }
    std::pair<ErrorCode, std::string> error_of_create() {
        return error_of([&] { accounts_.create({}); });
    }
    void expect_distrust() { EXPECT_EQ(error_of_create().first, ErrorCode::failed); }

    ScriptedUnits units_;
    engine::AccountsUnit accounts_{units_, root_ / "run", etc_};
};

TEST_F(AccountsUnits, OneUnitMakesTheAccountsOfAllServices) {
    answers(success);
    accounts_.create({});
    EXPECT_EQ(units_.started, std::vector<std::string>{all});
}

TEST_F(AccountsUnits, EachNamedServiceHasItsOwnUnit) {
    answers(success);
    accounts_.create({"redis", "kafka"});
    EXPECT_EQ(units_.started, (std::vector<std::string>{"jts-hot-storage-accounts@redis.service",
                                                        "jts-hot-storage-accounts@kafka.service"}));
}

TEST_F(AccountsUnits, NothingButAServiceNameBecomesPartOfAUnitsName_T20) {
    for (const auto* name : {"", "../x", "a@b", "a.service", "A", "a-b", "a b"})
        EXPECT_EQ(error_of([&] { accounts_.create({name}); }).first, ErrorCode::invalid_args)
            << name;
    EXPECT_TRUE(units_.started.empty());
}

TEST_F(AccountsUnits, ReadsTheDatabases) {
    EXPECT_NE(accounts_.read().user("root"), nullptr);
}

TEST_F(AccountsUnits, AnErrorOfTheUnitIsRelayed_T29) {
    answers(R"({"format":1,"ok":false,"error":{"code":"account-conflict","message":"why"}})");
    EXPECT_EQ(error_of_create(), std::pair(ErrorCode::account_conflict, std::string("why")));
}

TEST_F(AccountsUnits, AUnitThatRanOutOfTimeFoundTheDatabasesLocked_T28) {
    units_.outcome = {.job_result = "failed", .unit_result = "timeout"};
    EXPECT_EQ(error_of_create().first, ErrorCode::busy);
}

TEST_F(AccountsUnits, AnAnswerOfAJobThatIsNotDoneIsNotRead_T47) {
    answers(success);
    units_.outcome = {.job_result = "failed", .unit_result = "exit-code"};
    const auto [code, message] = error_of_create();
    EXPECT_EQ(code, ErrorCode::failed);
    EXPECT_NE(message.find("journalctl"), std::string::npos) << message;
}

TEST_F(AccountsUnits, TheAnswerOfAnEarlierRunIsNotTakenForThisOnes_T47) {
    std::ofstream(answer()) << success;
    expect_distrust();
    EXPECT_FALSE(fs::exists(answer()));
}

TEST_F(AccountsUnits, AnAnswerThatIsNotJsonIsNotTrusted_T47) {
    answers("hello");
    expect_distrust();
}

TEST_F(AccountsUnits, AHugeAnswerIsNotReadToItsEnd_T47) {
    units_.during = [this](const std::string& unit) {
        std::ofstream(answer(unit)) << success;
        fs::resize_file(answer(unit), 100'000'000);
    };
    EXPECT_NE(error_of_create().second.find("larger than 64 KiB"), std::string::npos);
}

TEST_F(AccountsUnits, ASymbolicLinkInTheAnswersPlaceIsNotFollowed_T47) {
    std::ofstream(root_ / "elsewhere") << success;
    units_.during = [this](const std::string& unit) {
        fs::create_symlink(root_ / "elsewhere", answer(unit));
    };
    expect_distrust();
}

TEST_F(AccountsUnits, AnAnswerOfSomebodyElsesIsNotTrusted_T47) {
    units_.during = [this](const std::string& unit) {
        std::ofstream(answer(unit)) << success;
        ASSERT_EQ(::chown(answer(unit).c_str(), 65534, 65534), 0);
    };
    EXPECT_NE(error_of_create().second.find("does not belong to root"), std::string::npos);
}

TEST_F(AccountsUnits, AFifoInTheAnswersPlaceDoesNotBlock_T47) {
    units_.during = [this](const std::string& unit) {
        ASSERT_EQ(::mkfifo(answer(unit).c_str(), 0600), 0);
    };
    EXPECT_NE(error_of_create().second.find("not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace jts::hot_storage::test
