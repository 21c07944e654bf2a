#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/render.hpp"
#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int Done = 0, Findings = 1;

Finding finding(CheckResult result, const std::string& check, const std::string& subject,
                const std::string& fix = "") {
    return {check, result, "redis", subject, "0750", "0777", "the mode is 0777", fix, 0, {}, {}};
}

class Validate : public testing::Test {
  protected:
    Validate() {
        rig.script.validation_answer.findings = {
            finding(CheckResult::pass, "base.safe", "/b"),
            finding(CheckResult::fail, "directory.mode", "/b/redis", "jts-storage provision redis"),
            finding(CheckResult::fail, "directory.mode", "/b/redis/data",
                    "jts-storage provision redis"),
            finding(CheckResult::warn, "unit.sandbox", "redis.service",
                    "# drop-in\n[Service]\nReadWritePaths=/b/redis\n")};
    }

    void without_failures() {
        auto& findings = rig.script.validation_answer.findings;
        std::erase_if(findings, [](const auto& each) { return each.result == CheckResult::fail; });
    }

    Rig rig;
};

TEST_F(Validate, AFailureIsAFindingAndAWarningIsNot) {
    EXPECT_EQ(rig({"validate"}), Findings);
    EXPECT_EQ(rig({"validate", "--json"}), Findings);
    without_failures();
    EXPECT_EQ(rig({"validate"}), Done);
}

TEST_F(Validate, ChecksThatPassedAreCountedAndListedOnlyOnRequest) {
    rig({"validate"});
    EXPECT_THAT(rig.console.out, Not(HasSubstr("base.safe")));
    EXPECT_EQ(rig.console.err, "jts-storage: 2 failed, 1 warning, 1 passed, 0 skipped\n");
    rig({"validate", "--all"});
    EXPECT_THAT(rig.console.out, HasSubstr("pass    base.safe"));
}

TEST_F(Validate, FixesFollowTheTableEachOnceAndIndented) {
    rig({"validate"});
    EXPECT_THAT(rig.console.out,
                testing::EndsWith("\n\ndirectory.mode /b/redis and 1 more:\n"
                                  "  jts-storage provision redis\n"
                                  "\nunit.sandbox redis.service:\n"
                                  "  # drop-in\n  [Service]\n  ReadWritePaths=/b/redis\n"));
}

TEST_F(Validate, ControlCharactersInAFixNeverReachATerminalT41) {
    const auto text = validation_text(
        {{finding(CheckResult::fail, "c", "/b\x1b[2J", "do\x1b[2J\nthis")}}, false, {});
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(text, HasSubstr("  do\\x1b[2J\n  this\n"));
}

TEST_F(Validate, NothingToSayIsNoData) {
    without_failures();
    rig.script.validation_answer.findings.pop_back();
    EXPECT_EQ(rig({"-q", "validate"}), Done);
    EXPECT_THAT(rig.console.out + rig.console.err, IsEmpty());
}

TEST_F(Validate, TheProbeIsAskedForByName) {
    rig({"validate", "redis"});
    EXPECT_FALSE(rig.script.write_probe);
    rig({"validate", "--write-probe", "redis", "kafka"});
    EXPECT_TRUE(rig.script.write_probe);
    EXPECT_THAT(rig.script.services, ElementsAre("redis", "kafka"));
}

TEST_F(Validate, TheJsonHoldsEveryFindingAndTheCounts) {
    const ValidationReport report{{finding(CheckResult::pass, "base.safe", "/b")}};
    EXPECT_EQ(json_text(validation_json(report), JsonForm::compact),
              R"({"schema":1,"ok":true,"passed":1,"warnings":0,"failed":0,"skipped":0,)"
              R"("findings":[{"check":"base.safe","result":"pass","service":"redis",)"
              R"("subject":"/b","expected":"0750","actual":"0777",)"
              R"("message":"the mode is 0777","fix":""}]})"
              "\n");
}

TEST_F(Validate, MembersThatSomeChecksHaveAreInTheJsonOfThese) {
    Finding below = finding(CheckResult::fail, "below.owner", "/b/redis");
    EXPECT_EQ(validation_json({{below}})["findings"][0]["entries"], 0);
    below.entries = 2;
    below.examples = {"/b/redis/x"};
    Finding probe = finding(CheckResult::pass, "probe.write", "/b/redis");
    probe.latency_usec = 0;
    const Json list = validation_json({{below, probe}})["findings"];
    EXPECT_EQ(list[0]["entries"], 2);
    EXPECT_EQ(list[0]["examples"], Json({"/b/redis/x"}));
    EXPECT_EQ(list[1]["latency_usec"], 0);
    EXPECT_FALSE(list[1].contains("entries"));
}

}  // namespace
}  // namespace jts::hot_storage::client
