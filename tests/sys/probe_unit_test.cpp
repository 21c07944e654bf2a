// The daemon's side of the probe's units: what is believed, and that every directory has a result.
#include "engine/probe_unit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "jts/hot_storage/error.hpp"
#include "probe/answer.hpp"
#include "support/scripted_units.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Results = std::vector<ProbeResult>;

const DirectoryKey own{"redis", ""}, data{"redis", "data"};
constexpr const char* redis_unit = "jts-hot-storage-probe@redis.service";

class ProbeUnits : public testing::Test {
  protected:
    ~ProbeUnits() override {
        std::error_code ignored;
        fs::remove_all(run_, ignored);
    }

    fs::path answer() const { return run_ / redis_unit; }
    void answers(const std::string& text) {
        units_.during = [this, text](const std::string& unit) {
            std::ofstream(run_ / unit, std::ios::trunc) << text;
        };
    }
    Results run() { return probe_.run("redis", {own, data}); }
    /// Both directories failed so, with a reason that holds the text.
    void expect_failure(const std::string& error, const std::string& reason) {
        const auto results = run();
        ASSERT_EQ(results.size(), 2u);
        EXPECT_EQ(results[0].directory, own);
        EXPECT_EQ(results[1].directory, data);
        EXPECT_THAT(results, Each(Field(&ProbeResult::error, error)));
        EXPECT_THAT(results, Each(Field(&ProbeResult::reason, HasSubstr(reason))));
        EXPECT_THAT(results, Each(Field(&ProbeResult::latency_usec, 0u)));
    }

    static fs::path make_folder() {
        std::string name = "/tmp/jts-probe-unit.XXXXXX";
        if (!::mkdtemp(name.data())) throw std::runtime_error("cannot create " + name);
        return name;
    }

    const fs::path run_ = make_folder();
    ScriptedUnits units_;
    engine::ProbeUnit probe_{units_, run_};
    const Results good_{{own, "", "", 12}, {data, "", "", 34}};
};

TEST_F(ProbeUnits, WhatTheProbeFoundIsTold) {
    const Results found{{own, "", "", 12}, {data, "EROFS", "Read-only file system", 0}};
    answers(probe::answer_of(found));
    EXPECT_EQ(run(), found);
    EXPECT_THAT(units_.started, ElementsAre(redis_unit));
}

TEST_F(ProbeUnits, ExactlyTheAskedDirectoriesAreTold) {
    answers(probe::answer_of({{data, "", "", 34}, {{"kafka", "data"}, "", "", 1}}));
    const auto results = run();
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[0].directory, own);
    EXPECT_EQ(results[0].error, "probe-failed");
    EXPECT_EQ(results[1], good_[1]);
}

TEST_F(ProbeUnits, AnAccountsNameStandsInTheUnitsNameAsItIs) {
    answers(probe::answer_of(good_));
    for (const auto* name : {"_chrony", "kafka-logs", "a-b-c"}) probe_.run(name, {own});
    EXPECT_THAT(units_.started, ElementsAre("jts-hot-storage-probe@_chrony.service",
                                            "jts-hot-storage-probe@kafka-logs.service",
                                            "jts-hot-storage-probe@a-b-c.service"));
}

TEST_F(ProbeUnits, NothingButAnAccountsNameBecomesPartOfAUnitsName_T20) {
    for (const std::string name :
         {"", "../x", "a@b", "a.service", "Redis", "-a", "9a", "a b", "a\nb", "a%i", "a\\x2db",
          "root", "a\xc3\xa9", "abcdefghijklmnopqrstuvwxyzabcdef"}) {
        try {
            probe_.run(name, {own});
            ADD_FAILURE() << name;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::invalid_args) << name;
        }
    }
    EXPECT_THAT(units_.started, IsEmpty());
}

TEST_F(ProbeUnits, AUnitThatRanOutOfTimeMayHaveBeenStopped_T35) {
    answers(probe::answer_of(good_));
    units_.outcome = {.job_result = "failed", .unit_result = "timeout"};
    expect_failure("ETIMEDOUT", "a process of the account may have stopped it");
}

TEST_F(ProbeUnits, AUnitThatWasKilledHasFailed_T35) {
    answers(probe::answer_of(good_));
    units_.outcome = {.job_result = "failed", .unit_result = "signal"};
    expect_failure("probe-failed", "unit result signal; journalctl -u " + std::string(redis_unit));
}

TEST_F(ProbeUnits, ASystemdThatDoesNotStartItIsTheReason) {
    units_.during = [](const std::string&) { throw Error(ErrorCode::failed, "systemd says no"); };
    expect_failure("probe-failed", "systemd says no");
}

TEST_F(ProbeUnits, TheAnswerOfAnEarlierRunIsNotTakenForThisOnes_T47) {
    std::ofstream(answer()) << probe::answer_of(good_);
    expect_failure("probe-failed", "No such file or directory");
    EXPECT_FALSE(fs::exists(answer()));
}

TEST_F(ProbeUnits, AnAnswerThatIsNotOneIsNotTrusted_T47) {
    for (const auto* text : {"", "hello", "{}", R"({"results":[{"service":"redis"}]})"}) {
        answers(text);
        expect_failure("probe-failed", "not trusted");
    }
}

TEST_F(ProbeUnits, AHugeAnswerIsNotReadToItsEnd_T47) {
    units_.during = [this](const std::string&) {
        std::ofstream(answer()) << probe::answer_of(good_);
        fs::resize_file(answer(), 100'000'000);
    };
    expect_failure("probe-failed", "larger than 64 KiB");
}

TEST_F(ProbeUnits, AnAnswerThatIsALinkOrAFifoOrSomebodyElsesIsNotTrusted_T47) {
    const std::vector<std::function<void()>> forgeries = {
        [&] {
            std::ofstream(run_ / "elsewhere") << probe::answer_of(good_);
            fs::create_symlink(run_ / "elsewhere", answer());
        },
        [&] { ASSERT_EQ(::mkfifo(answer().c_str(), 0600), 0); },
        [&] {
            std::ofstream(answer()) << probe::answer_of(good_);
            ASSERT_EQ(::chown(answer().c_str(), 65534, 65534), 0);
        },
    };
    for (const auto& forge : forgeries) {
        units_.during = [&](const std::string&) { forge(); };
        expect_failure("probe-failed", redis_unit);
    }
}

TEST_F(ProbeUnits, TwoCallersDoNotShareOneRun) {
    std::atomic<int> running = 0;
    std::atomic<bool> together = false;
    units_.during = [&](const std::string& unit) {
        if (++running > 1) together = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        std::ofstream(run_ / unit, std::ios::trunc) << probe::answer_of(good_);
        --running;
    };
    Results first, second;
    std::thread other([&] { first = run(); });
    second = run();
    other.join();
    EXPECT_FALSE(together);
    EXPECT_EQ(first, good_);
    EXPECT_EQ(second, good_);
}

}  // namespace
}  // namespace jts::hot_storage::test
