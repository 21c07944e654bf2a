/// The client library's long calls and jobs, against a service that does what each test needs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "jts/hot_storage/client.hpp"
#include "scripted_service.hpp"

namespace jts::hot_storage::test {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

constexpr const char* Forever = "18446744073709551615";
constexpr const char* NoSuchJob = "00000000000000000000000000000000";

class ClientJobs : public testing::Test {
  protected:
    void start(const Behaviour& behaviour) { service_.emplace(behaviour); }
    std::vector<std::string> calls() const { return service_->calls(); }

    OnProgress telling(bool go_on) {
        return [this, go_on](const JobStatus& status) {
            told.push_back(status);
            return go_on;
        };
    }

    std::vector<JobStatus> told;

  private:
    PrivateBus bus_;
    std::optional<ScriptedService> service_;
};

/// What a call fails with.
template <typename Call>
std::pair<ErrorCode, std::string> failure(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return {error.code(), error.what()};
    }
    return {ErrorCode::failed, "nothing was thrown"};
}

TEST_F(ClientJobs, WithoutAProgressTheCallItselfWaitsForTheEnd) {
    start({});
    EXPECT_EQ(Client().usage({}), UsageReport{});
    EXPECT_THAT(calls(), ElementsAre("GetUsage wait=" + std::string(Forever)));
}

TEST_F(ClientJobs, AShortCallHasNoProgress) {
    start({});
    Client().usage({}, {}, telling(true));
    EXPECT_THAT(calls(), ElementsAre("GetUsage wait=500000"));
    EXPECT_TRUE(told.empty());
}

TEST_F(ClientJobs, ALongCallIsFollowedByItsJob) {
    start({.waits = 2});
    EXPECT_EQ(Client().usage({}, {}, telling(true)), UsageReport{});
    EXPECT_THAT(calls(), ElementsAre("GetUsage wait=500000", "GetAll", "Wait 500000", "GetAll",
                                     "Wait 500000"));
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].job_id, ScriptedService::JobId);
    EXPECT_EQ(told[0].items_done, 7u);
}

TEST_F(ClientJobs, AProgressThatSaysNoCancelsTheJob) {
    start({.waits = 1000});
    const auto [code, text] = failure([&] { Client().usage({}, {}, telling(false)); });
    EXPECT_EQ(code, ErrorCode::cancelled);
    EXPECT_THAT(text, HasSubstr(ScriptedService::JobId));
    EXPECT_THAT(calls(), ElementsAre("GetUsage wait=500000", "GetAll", "Cancel",
                                     "Wait " + std::string(Forever)));
}

TEST_F(ClientJobs, AProgressThatSaysNoLaterCancelsTheJobAfterAStep) {
    start({.waits = 1000});
    const auto progress = [&](const JobStatus& status) {
        told.push_back(status);
        return told.size() < 3;
    };
    EXPECT_EQ(failure([&] { Client().usage({}, {}, progress); }).first, ErrorCode::cancelled);
    EXPECT_THAT(calls(),
                ElementsAre("GetUsage wait=500000", "GetAll", "Wait 500000", "GetAll",
                            "Wait 500000", "GetAll", "Cancel", "Wait " + std::string(Forever)));
}

TEST_F(ClientJobs, ASignalDuringAWaitAsksTheProgressAtOnce) {
    start({.waits = 1, .silent = true});
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, nullptr);
    const pthread_t self = pthread_self();
    std::thread sender;
    const auto progress = [&](const JobStatus& status) {
        told.push_back(status);
        if (told.size() > 1) return false;
        sender = std::thread([self] {
            std::this_thread::sleep_for(milliseconds(100));
            pthread_kill(self, SIGUSR1);
        });
        return true;
    };
    Client client({.timeout = milliseconds(2000)});
    // Its Wait never answers, so that the time limit is the end.
    EXPECT_EQ(failure([&] { client.usage({}, {}, progress); }).first, ErrorCode::timed_out);
    sender.join();
    // Debian 13's libsystemd goes on waiting: there a signal is noticed when a step is answered.
    const auto cancel = testing::Contains("Cancel");
    if (JTS_LIBSYSTEMD < 257)
        EXPECT_THAT(calls(), cancel);
    else
        EXPECT_THAT(calls(), testing::Not(cancel));
}

TEST_F(ClientJobs, AFailedJobsErrorIsThatOfTheCall) {
    start({.waits = 1, .error = "org.jts.HotStorage1.Error.UnsafePath"});
    EXPECT_EQ(failure([&] { Client().usage({}, {}, telling(true)); }),
              std::pair(ErrorCode::unsafe_path, std::string("the reason")));
}

TEST_F(ClientJobs, TheTimeLimitHoldsForTheWholeOfALongCall) {
    start({.waits = 1, .silent = true});
    Client client({.timeout = milliseconds(300)});
    const auto begin = std::chrono::steady_clock::now();
    const auto [code, text] = failure([&] { client.usage({}, {}, telling(true)); });
    EXPECT_EQ(code, ErrorCode::timed_out) << text;
    EXPECT_THAT(std::chrono::steady_clock::now() - begin,
                AllOf(Ge(milliseconds(250)), Le(milliseconds(3000))));
}

TEST_F(ClientJobs, AServiceThatAnswersForeverMeetsTheTimeLimitToo) {
    start({.waits = 1'000'000'000});
    Client client({.timeout = milliseconds(100)});
    const auto [code, text] = failure([&] { client.usage({}, {}, telling(true)); });
    EXPECT_EQ(code, ErrorCode::timed_out);
    EXPECT_THAT(text, HasSubstr("goes on with job"));
}

TEST_F(ClientJobs, AreListedAmongOtherObjects) {
    start({});
    const auto jobs = Client().jobs();
    ASSERT_EQ(jobs.size(), 1u);
    EXPECT_EQ(jobs[0], Client().job(ScriptedService::JobId));
    EXPECT_EQ(jobs[0].kind, "GetUsage");
}

TEST_F(ClientJobs, OneThatIsNotThereIsNotFound) {
    start({});
    Client client;
    EXPECT_EQ(failure([&] { client.job(NoSuchJob); }).first, ErrorCode::not_found);
    EXPECT_EQ(failure([&] { client.cancel_job(NoSuchJob); }).first, ErrorCode::not_found);
    EXPECT_EQ(failure([&] { client.wait_for_job(NoSuchJob, {}); }).first, ErrorCode::not_found);
}

TEST_F(ClientJobs, AnIdThatIsNoneIsNeverSent) {
    start({});
    Client client;
    for (const char* id : {"", "..", "redis", "../service/redis"}) {
        EXPECT_EQ(failure([&] { client.job(id); }).first, ErrorCode::invalid_args);
        EXPECT_EQ(failure([&] { client.cancel_job(id); }).first, ErrorCode::invalid_args);
    }
    EXPECT_TRUE(calls().empty());
}

TEST_F(ClientJobs, WaitingAnswersStateAndResult) {
    start({.waits = 2});
    const auto result = Client().wait_for_job(ScriptedService::JobId, {}, telling(true));
    EXPECT_EQ(result.state, JobState::succeeded);
    EXPECT_EQ(result.result, R"({"filesystems":[],"services":{}})");
    EXPECT_EQ(told.size(), 2u);
}

TEST_F(ClientJobs, WaitingEndsAtItsLimitWhileTheJobStillRuns) {
    start({.waits = 1'000'000'000});
    Client client({.timeout = milliseconds(100)});
    const auto [code, text] = failure(
        [&] { client.wait_for_job(ScriptedService::JobId, milliseconds(100), telling(true)); });
    EXPECT_EQ(code, ErrorCode::still_running);
    EXPECT_THAT(text, testing::StartsWith("/org/jts/HotStorage1/job/"));
}

TEST_F(ClientJobs, ACancelledJobIsAStateOfTheWait) {
    start({.waits = 1000});
    const auto result = Client().wait_for_job(ScriptedService::JobId, {}, telling(false));
    EXPECT_EQ(result.state, JobState::cancelled);
    EXPECT_EQ(result.result, "{}");
}

}  // namespace
}  // namespace jts::hot_storage::test
