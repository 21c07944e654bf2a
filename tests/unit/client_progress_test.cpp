#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "client/progress.hpp"
#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int Done = 0, Failed = 3;

class ProgressShown : public testing::Test {
  protected:
    ProgressShown() {
        setenv("TERM", "xterm", 1);
        rig.console.terminal = true;
        rig.script.progress = {running_job(), running_job()};
    }

    Rig rig;
};

TEST_F(ProgressShown, IsOneLineThatIsErasedAtTheEnd) {
    EXPECT_EQ(rig({"usage"}), Done);
    EXPECT_THAT(rig.console.err, HasSubstr("\r\x1b[Kwalking  1234 items  25 %"));
    EXPECT_THAT(rig.console.err, EndsWith("\r\x1b[K"));
    EXPECT_THAT(rig.console.err, Not(HasSubstr("\n")));
}

TEST_F(ProgressShown, IsErasedBeforeAnErrorIsTold) {
    rig.script.on_tell = [this] {
        if (!rig.console.err.empty()) throw Error(ErrorCode::failed, "broken");
    };
    EXPECT_EQ(rig({"usage"}), Failed);
    EXPECT_THAT(rig.console.err, EndsWith("\r\x1b[Kjts-storage: broken\n"));
}

TEST_F(ProgressShown, EveryLongCallShowsIt) {
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"plan"}, {"provision", "--yes"}, {"validate"}, {"usage"}, {"job", "wait", AJob}}) {
        rig.console.err.clear();
        EXPECT_EQ(rig(arguments), Done);
        EXPECT_THAT(rig.console.err, HasSubstr("walking")) << testing::PrintToString(arguments);
    }
}

TEST_F(ProgressShown, NothingIsShownToAPipeOrAProgramOrQuietlyOrOnADumbTerminal) {
    const auto shown = [this](const std::vector<std::string>& arguments) {
        rig.console.err.clear();
        rig(arguments);
        return !rig.console.err.empty();
    };
    EXPECT_TRUE(shown({"usage"}));
    EXPECT_FALSE(shown({"usage", "--quiet"}));
    EXPECT_FALSE(shown({"usage", "--json"}));
    setenv("TERM", "dumb", 1);
    EXPECT_FALSE(shown({"usage"}));
    setenv("TERM", "xterm", 1);
    rig.console.terminal = false;
    EXPECT_FALSE(shown({"usage"}));
}

TEST_F(ProgressShown, CtrlCCancelsTheJobAndSaysSo) {
    rig.script.on_tell = [this] {
        if (!rig.console.err.empty()) std::raise(SIGINT);
    };
    EXPECT_EQ(rig({"usage"}), Failed);
    EXPECT_THAT(rig.console.err, HasSubstr("jts-storage: cancelling job " + std::string(AJob)));
    EXPECT_THAT(rig.console.err, EndsWith("jts-storage: the job was cancelled\n"));
}

TEST_F(ProgressShown, CtrlCCancelsWithoutATerminalToo) {
    rig.console.terminal = false;
    int told = 0;
    rig.script.on_tell = [&] {
        if (++told == 2) std::raise(SIGINT);
    };
    EXPECT_EQ(rig({"-q", "plan", "--json"}), Failed);
    EXPECT_THAT(rig.console.out, IsEmpty());
}

void (*handler_of_interrupt())(int) {
    struct sigaction now {};
    sigaction(SIGINT, nullptr, &now);
    return now.sa_handler;
}

TEST_F(ProgressShown, CtrlCIsItselfAgainAfterTheCall) {
    std::vector<bool> own;
    rig.script.on_tell = [&] { own.push_back(handler_of_interrupt() != SIG_DFL); };
    EXPECT_EQ(rig({"plan"}), Done);
    EXPECT_THAT(own, testing::ElementsAre(false, true));
    EXPECT_EQ(handler_of_interrupt(), SIG_DFL);
}

TEST_F(ProgressShown, WaitingForAJobLeavesCtrlCAlone) {
    rig.script.on_tell = [&] { EXPECT_EQ(handler_of_interrupt(), SIG_DFL); };
    EXPECT_EQ(rig({"job", "wait", AJob}), Done);
}

TEST_F(ProgressShown, WhoIgnoresCtrlCGoesOnIgnoringIt) {
    std::signal(SIGINT, SIG_IGN);
    rig.script.on_tell = [] { std::raise(SIGINT); };
    EXPECT_EQ(rig({"plan"}), Done);
    std::signal(SIGINT, SIG_DFL);
}

/// At the beginning of the phase, and so many microseconds later.
std::string text_after(std::uint64_t elapsed, const JobStatus& job, std::size_t width = 80) {
    constexpr std::uint64_t Beginning = 5'000'000;
    return progress_text(job, {job.phase, Beginning, 0, 0}, Beginning + elapsed, width);
}

TEST(ProgressText, SaysWhatIsKnown) {
    JobStatus job = running_job();
    EXPECT_EQ(text_after(7'900'000, job), "walking  1234 items  156/s  25 %  7 s  23 s left");
    job.progress = -1;
    job.items_done = 0;
    EXPECT_EQ(text_after(61'000'000, job), "walking  1 min 1 s");
    EXPECT_EQ(progress_text(job, {job.phase, 100, 0, 0}, 0, 80), "walking  0 s");
}

TEST(ProgressText, ReckonsFromWhereThePhaseWasFirstSeen) {
    const JobStatus job = running_job();
    EXPECT_EQ(progress_text(job, {job.phase, 0, 1034, 0.05}, 2'000'000, 80),
              "walking  1234 items  100/s  25 %  2 s  7 s left");
}

TEST(ProgressText, GuessesNothingFromTheFirstMomentsOfAPhase) {
    JobStatus job = running_job();
    EXPECT_EQ(text_after(900'000, job), "walking  1234 items  25 %  0 s");
    job.progress = 0.01;
    EXPECT_EQ(text_after(2'000'000, job), "walking  1234 items  617/s  1 %  2 s");
    job.progress = 1;
    EXPECT_EQ(text_after(2'000'000, job), "walking  1234 items  617/s  100 %  2 s");
}

TEST(ProgressText, OnANarrowTerminalWhatCountsMostIsShown) {
    const JobStatus job = running_job();
    const auto at = [&](std::size_t width) { return text_after(7'900'000, job, width); };
    EXPECT_EQ(at(45), "walking  1234 items  25 %  7 s  23 s left");
    EXPECT_EQ(at(39), "walking  25 %  7 s  23 s left");
    EXPECT_EQ(at(20), "25 %  7 s  23 s left");
    EXPECT_EQ(at(1), "23 s left");
}

TEST(ProgressText, FitsALineAndIsSafeWhateverTheServiceSaysT41) {
    JobStatus job = running_job();
    job.phase = std::string(500, '\x1b');
    job.items_done = ~std::uint64_t{0};
    job.progress = 1e300;
    const std::string text = text_after(~std::uint64_t{0} / 2, job, 79);
    EXPECT_LT(text.size(), 80u);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(text, HasSubstr("100 %"));
}

}  // namespace
}  // namespace jts::hot_storage::client
