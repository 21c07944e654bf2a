#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "client_fakes.hpp"
#include "support/paths.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int Done = 0, Findings = 1, Usage = 2, Failed = 3;

class Commands : public testing::Test {
  protected:
    Rig rig;
};

TEST_F(Commands, StatusShowsHealthAndBase) {
    EXPECT_EQ(rig({"status"}), Done);
    EXPECT_THAT(rig.console.out, HasSubstr("health         ok\n"));
    EXPECT_THAT(rig.console.out, HasSubstr("base_path      /data/jts/hot\n"));
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(Commands, StatusWaitsForTheFirstLookOfAServiceThatHasJustStarted) {
    rig.script.looks_before_health = 2;
    EXPECT_EQ(rig({"status"}), Done);
    EXPECT_THAT(rig.console.out, HasSubstr("health         ok\n"));
}

TEST_F(Commands, StatusDoesNotWaitForeverForALookThatFails) {
    rig.script.looks_before_health = 1000;
    EXPECT_EQ(rig({"status"}), Done);
    EXPECT_THAT(rig.console.out, HasSubstr("health         unknown\n"));
}

TEST_F(Commands, AnAgentForPasswordsIsOfferedOnATerminalBeforeWhatMayNeedOne) {
    rig.console.terminal = rig.console.answer = true;
    const auto offers = [this](const std::vector<std::string>& arguments) {
        rig.console.offers = 0;
        EXPECT_EQ(rig(arguments), Done) << testing::PrintToString(arguments);
        return rig.console.offers;
    };
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{"provision"},
                                               {"rollback", AJob},
                                               {"validate", "--write-probe"},
                                               {"job", "cancel", AJob},
                                               {"job", "wait", AJob}})
        EXPECT_EQ(offers(arguments), 1) << testing::PrintToString(arguments);
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{"status"},
                                               {"plan"},
                                               {"validate"},
                                               {"usage"},
                                               {"changes"},
                                               {"rollback", "--dry-run", AJob},
                                               {"provision", "--no-ask-password"},
                                               {"--host=web1", "provision"}})
        EXPECT_EQ(offers(arguments), 0) << testing::PrintToString(arguments);
    rig.console.terminal = false;
    EXPECT_EQ(offers({"provision", "--yes"}), 0);
}

TEST_F(Commands, EachHostIsAskedInItsTurnAndNamed) {
    EXPECT_EQ(rig({"-H", "ops@web1", "status", "--host=web2"}), Done);
    EXPECT_EQ(rig.script.options.host, "web2");
    EXPECT_THAT(rig.script.calls, testing::ElementsAre("status", "status"));
    EXPECT_THAT(rig.console.out, testing::StartsWith("ops@web1:\nPROPERTY"));
    EXPECT_THAT(rig.console.out, HasSubstr("\nweb2:\nPROPERTY"));
}

TEST_F(Commands, OfOneHostThereIsNoHeadingAndJsonNamesIt) {
    EXPECT_EQ(rig({"-H", "web1", "status"}), Done);
    EXPECT_THAT(rig.console.out, testing::StartsWith("PROPERTY"));
    rig.console.out.clear();
    EXPECT_EQ(rig({"-H", "web1", "--json", "status"}), Done);
    EXPECT_EQ(Json::parse(rig.console.out).at("host"), "web1");
}

TEST_F(Commands, WhatFailsOnOneHostKeepsNobodyFromTheNext) {
    rig.script.failure = Error(ErrorCode::failed, "broken");
    EXPECT_EQ(rig({"-H", "web1", "-H", "web2", "status"}), Failed);
    EXPECT_EQ(rig.console.err, "jts-storage: web1: broken\njts-storage: web2: broken\n");
}

TEST_F(Commands, AHostThatSshWouldTakeForAnOptionIsRefused) {
    EXPECT_EQ(rig({"--host=-oProxyCommand=reboot", "status"}), Usage);
    EXPECT_EQ(rig({"--host=", "status"}), Usage);
    EXPECT_EQ(rig({"-H", "web1", "layout", "check"}), Usage);
    EXPECT_THAT(rig.script.calls, IsEmpty());
}

TEST_F(Commands, AnEmptyPlanIsARemarkAndNoData) {
    EXPECT_EQ(rig({"plan", "--exit-code"}), Done);
    EXPECT_THAT(rig.console.out, IsEmpty());
    EXPECT_EQ(rig.console.err, "jts-storage: nothing to change\n");
}

TEST_F(Commands, QuietSuppressesTheRemark) {
    EXPECT_EQ(rig({"--quiet", "plan"}), Done);
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(Commands, ChangesAreFindingsOnlyWhereTheExitCodeIsAskedFor) {
    rig.script.plan_answer.changes = {mode_change("/b/redis")};
    EXPECT_EQ(rig({"plan"}), Done);
    EXPECT_EQ(rig({"plan", "--exit-code"}), Findings);
    EXPECT_EQ(rig({"plan", "--exit-code", "--json"}), Findings);
    EXPECT_THAT(rig.console.err, HasSubstr("jts-storage: 1 change to make\n"));
}

TEST_F(Commands, OutputThatCannotBeWrittenIsAFailure) {
    rig.console.broken = true;
    EXPECT_EQ(rig({"status"}), Failed);
    EXPECT_EQ(rig.console.err, "jts-storage: cannot write to standard output: Broken pipe\n");
}

TEST_F(Commands, OfAChangeWhoseResultCannotBeWrittenTheErrorHasTheId) {
    rig.console.broken = true;
    const std::string id(32, 'a');
    rig.script.provision_answer.change_id = id;
    EXPECT_EQ(rig({"provision", "--yes"}), Failed);
    EXPECT_THAT(rig.console.err, HasSubstr("Broken pipe; change " + id + " was made"));
    rig.console.err.clear();
    rig.script.provision_answer.change_id.clear();
    EXPECT_EQ(rig({"provision", "--yes"}), Failed);
    EXPECT_THAT(rig.console.err, testing::EndsWith("Broken pipe\n"));
}

TEST_F(Commands, ColourNeedsATerminalOrAnOrder) {
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    const auto colours = [this](const std::vector<std::string>& arguments, bool terminal) {
        rig.console.terminal = terminal;
        rig.console.out.clear();
        rig(arguments);
        return rig.console.out.find('\x1b') != std::string::npos;
    };
    EXPECT_FALSE(colours({"status"}, false));
    EXPECT_TRUE(colours({"status"}, true));
    EXPECT_TRUE(colours({"status", "--color=always"}, false));
    EXPECT_FALSE(colours({"status", "--color=never"}, true));
    setenv("NO_COLOR", "1", 1);
    EXPECT_FALSE(colours({"status"}, true));
    EXPECT_TRUE(colours({"status", "--color=always"}, true));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    EXPECT_FALSE(colours({"status"}, true));
}

class Provision : public Commands {
  protected:
    Provision() {
        rig.script.plan_answer = {"d1", {mode_change("/b/redis")}};
        rig.script.provision_answer = {"c1", "d1", 1, 7, {mode_change("/b/redis")}, {}};
    }
};

TEST_F(Provision, WithoutATerminalNeedsYesAndAsksTheServiceNothing) {
    EXPECT_EQ(rig({"provision"}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("--yes"));
    EXPECT_THAT(rig.script.calls, IsEmpty());
}

TEST_F(Provision, WithYesAppliesThePlanThatItShowed) {
    EXPECT_EQ(rig({"provision", "--yes", "redis"}), Done);
    EXPECT_THAT(rig.script.calls, ElementsAre("plan", "provision"));
    EXPECT_THAT(rig.script.services, ElementsAre("redis"));
    EXPECT_EQ(rig.script.digest, "d1");
    EXPECT_THAT(rig.console.questions, IsEmpty());
    EXPECT_THAT(rig.console.err, HasSubstr("/b/redis"));
    EXPECT_THAT(rig.console.out, HasSubstr("applied    1\n"));
    EXPECT_THAT(rig.console.out, HasSubstr("change_id  c1\n"));
}

TEST_F(Provision, OnATerminalAsksAfterThePlanWasShown) {
    rig.console.terminal = true;
    rig.console.answer = true;
    EXPECT_EQ(rig({"provision", "--color=never"}), Done);
    EXPECT_THAT(rig.console.questions, ElementsAre("Make this 1 change? [y/N] "));
    rig({"-H", "db1", "--json", "provision"});
    EXPECT_EQ(rig.console.questions.back(), "Make this 1 change on db1? [y/N] ");
    EXPECT_EQ(rig.script.digest, "d1");
}

TEST_F(Provision, ANoChangesNothingAndIsNoSuccess) {
    rig.console.terminal = true;
    EXPECT_EQ(rig({"provision"}), Failed);
    EXPECT_THAT(rig.script.calls, ElementsAre("plan"));
    EXPECT_THAT(rig.console.err, HasSubstr("nothing was changed"));
}

TEST_F(Provision, WhoeverIsAskedSeesThePlanEvenQuietly) {
    rig.console.terminal = true;
    rig({"--quiet", "provision"});
    EXPECT_THAT(rig.console.err, HasSubstr("/b/redis"));
}

TEST_F(Provision, QuietWithYesSaysNothingButTheResult) {
    EXPECT_EQ(rig({"-q", "provision", "-y"}), Done);
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(Provision, AnEmptyPlanIsAppliedByItsDigestWithoutAQuestion) {
    rig.console.terminal = true;
    rig.script.plan_answer = {"d0", {}};
    rig.script.provision_answer = {"", "d0", 0, 8, {}, {}};
    EXPECT_EQ(rig({"provision"}), Done);
    EXPECT_THAT(rig.console.questions, IsEmpty());
    EXPECT_THAT(rig.script.calls, ElementsAre("plan", "provision"));
    EXPECT_EQ(rig.script.digest, "d0");
}

TEST_F(Provision, DryRunIsThePlan) {
    EXPECT_EQ(rig({"provision", "--dry-run", "--json"}), Done);
    EXPECT_THAT(rig.script.calls, ElementsAre("plan"));
    const std::string dry_run = rig.console.out;
    rig.console.out.clear();
    EXPECT_EQ(rig({"plan", "--json"}), Done);
    EXPECT_EQ(rig.console.out, dry_run);
}

TEST_F(Provision, RefusedEntriesAreNamedOnStderrAndAreNoFailure) {
    rig.script.provision_answer.refused = {{"redis", "/b/redis/data", "hard-link: 2 entries"}};
    EXPECT_EQ(rig({"-q", "provision", "--yes"}), Done);
    EXPECT_EQ(rig.console.err, "jts-storage: refused: /b/redis/data: hard-link: 2 entries\n");
}

TEST_F(Provision, WithJsonStdoutHoldsOneDocument) {
    EXPECT_EQ(rig({"provision", "--yes", "--json"}), Done);
    const Json document = Json::parse(rig.console.out);
    EXPECT_EQ(document["schema"], 1);
    EXPECT_EQ(document["applied"], 1);
}

class LayoutCheck : public Commands {
  protected:
    LayoutCheck() { path_ = std::string(mkdtemp(folder_)) + "/layout.json"; }
    ~LayoutCheck() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& text) { std::ofstream(path_) << text; }

    std::string path_;

  private:
    char folder_[24] = "/tmp/jts-client-XXXXXX";
};

TEST_F(LayoutCheck, AcceptsTheShippedLayoutWithoutAService) {
    EXPECT_EQ(rig({"layout", "check", test::source_path("layout/layout.json")}), Done);
    EXPECT_THAT(rig.script.calls, IsEmpty());
    EXPECT_THAT(rig.console.out, IsEmpty());
    EXPECT_EQ(rig.console.err, "jts-storage: no errors in 1 file\n");
}

TEST_F(LayoutCheck, NamesFilePointerAndReason) {
    write(R"({"format": 1, "base": "/b", "services": {"redis": {"owner": "redis", "mode": 7}}})");
    EXPECT_EQ(rig({"layout", "check", path_}), Usage);
    EXPECT_THAT(rig.console.err, testing::StartsWith(path_ + ": /services/redis/mode: "));
}

TEST_F(LayoutCheck, NamesAFileThatIsNotThere) {
    EXPECT_EQ(rig({"layout", "check", path_}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("No such file or directory"));
}

TEST_F(LayoutCheck, WithJsonListsWhatIsRejected) {
    write("{");
    EXPECT_EQ(rig({"layout", "check", "--json", path_}), Usage);
    const Json document = Json::parse(rig.console.out);
    EXPECT_EQ(document["rejected"][0]["path"], path_);
}

TEST_F(Commands, ErrorsSayWhatAndExitAsTheirCodeSays) {
    const std::pair<ErrorCode, int> table[] = {{ErrorCode::invalid_args, 2},
                                               {ErrorCode::invalid_layout, 2},
                                               {ErrorCode::failed, 3},
                                               {ErrorCode::partial, 3},
                                               {ErrorCode::cancelled, 3},
                                               {ErrorCode::no_space, 3},
                                               {ErrorCode::unsafe_path, 3},
                                               {ErrorCode::account_conflict, 3},
                                               {ErrorCode::limits_exceeded, 3},
                                               {ErrorCode::not_supported, 3},
                                               {ErrorCode::access_denied, 4},
                                               {ErrorCode::interactive_required, 4},
                                               {ErrorCode::service_unreachable, 5},
                                               {ErrorCode::plan_stale, 6},
                                               {ErrorCode::busy, 6},
                                               {ErrorCode::unknown_service, 7},
                                               {ErrorCode::not_found, 7},
                                               {ErrorCode::still_running, 8},
                                               {ErrorCode::timed_out, 8}};
    for (const auto& [code, exit] : table) {
        rig.script.failure.emplace(code, "the reason");
        rig.console.err.clear();
        EXPECT_EQ(rig({"--quiet", "plan"}), exit) << bus_error_name(code);
        EXPECT_THAT(rig.console.err, testing::StartsWith("jts-storage: the reason\n"));
    }
    EXPECT_THAT(rig.console.out, IsEmpty());
}

TEST_F(Commands, WhereTheClientKnowsWhatHelpsASecondLineSaysSo) {
    rig.script.failure.emplace(ErrorCode::interactive_required, "a password is needed");
    EXPECT_EQ(rig({"plan", "--no-ask-password"}), 4);
    EXPECT_THAT(rig.console.err, HasSubstr("\n  Run it without --no-ask-password"));
}

}  // namespace
}  // namespace jts::hot_storage::client
