#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/job.hpp"
#include "client/render.hpp"
#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int Done = 0, Failed = 3, NotFound = 7, TimedOut = 8;

class JobCommand : public testing::Test {
  protected:
    Rig rig;
};

TEST_F(JobCommand, AnEmptyListIsARemarkAndNoData) {
    EXPECT_EQ(rig({"job", "list"}), Done);
    EXPECT_THAT(rig.console.out, IsEmpty());
    EXPECT_EQ(rig.console.err, "jts-storage: no jobs\n");
}

TEST_F(JobCommand, TheListIsATableInUniversalTime) {
    rig.script.jobs_answer = {running_job()};
    EXPECT_EQ(rig({"job", "list", "--no-legend"}), Done);
    EXPECT_EQ(rig.console.out, std::string(AJob) +
                                   "  GetUsage  running  walking  25%  1234  1000  "
                                   "2023-11-14T22:13:20Z\n");
}

TEST_F(JobCommand, WhatIsNotKnownIsADash) {
    JobStatus job = running_job();
    job.progress = -1;
    EXPECT_THAT(jobs_text({job}, {false, false}), HasSubstr("walking  -  1234"));
    EXPECT_THAT(job_text(job, SizeForm::iec, {false, false}), HasSubstr("items_total  -\n"));
}

constexpr const char* PropertiesInJson =
    R"("job_id":"0123456789abcdef0123456789abcdef","kind":"GetUsage","state":"running",)"
    R"("phase":"walking","progress":0.25,"items_done":1234,"items_total":0,"bytes_done":0,)"
    R"("bytes_total":0,"owner_uid":1000,"started_at":1700000000000000})";

TEST_F(JobCommand, TheJsonHasThePropertiesInSnakeCase) {
    rig.script.jobs_answer = {running_job()};
    EXPECT_EQ(rig({"job", "list", "--json"}), Done);
    EXPECT_EQ(rig.console.out, R"({"schema":1,"jobs":[{)" + std::string(PropertiesInJson) + "]}\n");
    rig.console.out.clear();
    EXPECT_EQ(rig({"job", "show", AJob, "--json"}), Done);
    EXPECT_EQ(rig.console.out, R"({"schema":1,)" + std::string(PropertiesInJson) + "\n");
}

TEST_F(JobCommand, WaitingTakesTheTimeoutAndShowsTheResult) {
    rig.script.wait_answer = {JobState::succeeded, R"({"applied":3,"changes":[1,2,3]})"};
    EXPECT_EQ(rig({"--timeout=7", "job", "wait", AJob}), Done);
    EXPECT_EQ(rig.script.limit, std::chrono::seconds(7));
    EXPECT_EQ(rig.script.job_id, AJob);
    EXPECT_EQ(rig.console.out, "RESULT   VALUE\nstate    succeeded\napplied  3\nchanges  3\n");
    rig.console.out.clear();
    EXPECT_EQ(rig({"job", "wait", AJob, "--json"}), Done);
    EXPECT_FALSE(rig.script.limit.has_value());
    EXPECT_EQ(rig.console.out,
              R"({"schema":1,"job_id":"0123456789abcdef0123456789abcdef","state":"succeeded",)"
              R"("result":{"applied":3,"changes":[1,2,3]}})"
              "\n");
}

TEST_F(JobCommand, AJobThatWasCancelledIsNoSuccess) {
    rig.script.wait_answer.state = JobState::cancelled;
    EXPECT_EQ(rig({"job", "wait", AJob}), Failed);
    EXPECT_THAT(rig.console.out, HasSubstr("cancelled"));
}

TEST_F(JobCommand, ErrorsOfAJobExitAsTheirCodeSays) {
    rig.script.failure.emplace(ErrorCode::not_found, "there is no job");
    EXPECT_EQ(rig({"job", "cancel", AJob}), NotFound);
    EXPECT_THAT(rig.console.err, HasSubstr("jts-storage job list"));
    rig.script.failure.emplace(ErrorCode::still_running, "/org/x still runs");
    EXPECT_EQ(rig({"job", "wait", AJob}), TimedOut);
}

TEST_F(JobCommand, CancellingSaysThatItHasStopped) {
    EXPECT_EQ(rig({"job", "cancel", AJob}), Done);
    EXPECT_THAT(rig.script.calls, ElementsAre("cancel"));
    EXPECT_THAT(rig.console.err, HasSubstr("does not run any more"));
    EXPECT_THAT(rig.console.out, IsEmpty());
}

TEST(JobIds, OnlyThirtyTwoHexadecimalDigitsBecomeAPath) {
    EXPECT_EQ(job_path(AJob), "/org/jts/HotStorage1/job/0123456789abcdef0123456789abcdef");
    const std::string id = AJob;
    for (const auto& bad : {std::string(), id + "0", id.substr(1), "G" + id.substr(1),
                            "A" + id.substr(1), "../" + id.substr(3), id.substr(1) + "\n"}) {
        try {
            job_path(bad);
            ADD_FAILURE() << bad;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::invalid_args);
        }
    }
}

TEST(JobIds, AreTakenOffTheBeginningOfAMessage) {
    EXPECT_EQ(job_id_of_message(job_path(AJob) + " still runs"), AJob);
    EXPECT_EQ(job_id_of_message(job_path(AJob)), AJob);
    for (const char* bad : {"", "still runs", "/org/jts/HotStorage1/job/../x y",
                            "/org/jts/HotStorage1/service/redis x"})
        EXPECT_THROW(job_id_of_message(bad), Error) << bad;
}

TEST(JobErrors, AnObjectThatIsNotThereIsAJobThatIsNotThere) {
    for (const char* name : {"org.freedesktop.DBus.Error.UnknownObject",
                             "org.freedesktop.DBus.Error.UnknownInterface"}) {
        const Error error = translate_of_job({name, "reason"}, Effect::reads, AJob);
        EXPECT_EQ(error.code(), ErrorCode::not_found);
        EXPECT_EQ(error.what(), "there is no job " + std::string(AJob) +
                                    "; it ended more than 10 minutes ago, or never was");
        EXPECT_EQ(translate({name, "reason"}, Effect::reads).code(), ErrorCode::failed);
    }
    EXPECT_EQ(
        translate_of_job({"org.freedesktop.DBus.Error.NoReply", "x"}, Effect::reads, AJob).code(),
        ErrorCode::service_unreachable);
}

TEST(Deadlines, NeverAskSdBusForItsOwnTimeLimit) {
    EXPECT_EQ(as_bus_time(std::chrono::microseconds(0)), 1u);
    EXPECT_EQ(as_bus_time(std::nullopt), ~std::uint64_t{0});
    const Deadline over(std::chrono::microseconds(0));
    EXPECT_TRUE(over.over());
    EXPECT_EQ(over.left(), std::chrono::microseconds(0));
    EXPECT_EQ(Deadline(std::nullopt).left(ProgressStep), ProgressStep);
    EXPECT_FALSE(Deadline(std::nullopt).left().has_value());
}

}  // namespace
}  // namespace jts::hot_storage::client
