#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_fakes.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr int Done = 0, Usage = 2;

class CommandLine : public testing::Test {
  protected:
    Rig rig;
};

TEST_F(CommandLine, WithoutACommandIsAUsageErrorThatNamesTheHelp) {
    EXPECT_EQ(rig({}), Usage);
    EXPECT_THAT(rig.console.out, IsEmpty());
    EXPECT_THAT(rig.console.err, StartsWith("jts-storage: "));
    EXPECT_THAT(rig.console.err, HasSubstr("Try 'jts-storage --help'."));
}

TEST_F(CommandLine, AMisspeltCommandIsNamed) {
    EXPECT_EQ(rig({"pln"}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("there is no command 'pln'"));
    EXPECT_EQ(rig({"layout", "burn"}), Usage);
    EXPECT_THAT(rig.console.err, HasSubstr("there is no command 'burn'"));
}

TEST_F(CommandLine, MistakesExitWithTwoAndAskTheServiceNothing) {
    const std::vector<std::vector<std::string>> mistakes = {{"no-such-command"},
                                                            {"plan", "--no-such-option"},
                                                            {"status", "surplus"},
                                                            {"layout"},
                                                            {"layout", "burn"},
                                                            {"--json=yaml", "status"},
                                                            {"--color=sometimes", "plan"},
                                                            {"--color"},
                                                            {"--timeout", "soon", "plan"},
                                                            {"--timeout=0", "plan"},
                                                            {"--timeout=-1", "plan"},
                                                            {"--timeout=nan", "plan"},
                                                            {"--timeout=1e300", "plan"},
                                                            {"plan", "--dry-run"},
                                                            {"provision", "--exit-code"},
                                                            {"--bytes", "--si", "usage"},
                                                            {"validate", "--exit-code"},
                                                            {"usage", "--all"},
                                                            {"job"},
                                                            {"job", "wait"},
                                                            {"job", "show", "a", "b"},
                                                            {"-H"}};
    for (const auto& arguments : mistakes) {
        EXPECT_EQ(rig(arguments), Usage) << testing::PrintToString(arguments);
        EXPECT_THAT(rig.script.calls, IsEmpty()) << testing::PrintToString(arguments);
    }
    EXPECT_THAT(rig.console.out, IsEmpty());
}

TEST_F(CommandLine, AControlCharacterInAMistakeDoesNotReachTheTerminalT41) {
    EXPECT_EQ(rig({"\x1b[31mred"}), Usage);
    EXPECT_EQ(rig.console.err.find('\x1b'), std::string::npos);
    EXPECT_THAT(rig.console.err, HasSubstr("\\x1b[31mred"));
}

TEST_F(CommandLine, GlobalOptionsStandBeforeOrAfterTheCommand) {
    EXPECT_EQ(rig({"--json", "status"}), Done);
    const std::string before = rig.console.out;
    rig.console.out.clear();
    EXPECT_EQ(rig({"status", "--json"}), Done);
    EXPECT_EQ(rig.console.out, before);
    EXPECT_THAT(before, StartsWith("{\"schema\":1,"));
}

TEST_F(CommandLine, JsonTakesNoWordThatFollowsForItsForm) {
    EXPECT_EQ(rig({"--json", "plan", "redis"}), Done);
    EXPECT_THAT(rig.script.services, ElementsAre("redis"));
}

TEST_F(CommandLine, PrettyJsonIsIndented) {
    EXPECT_EQ(rig({"status", "--json=pretty"}), Done);
    EXPECT_THAT(rig.console.out, StartsWith("{\n    \"schema\": 1,\n"));
}

TEST_F(CommandLine, AServiceMayHaveTheNameOfACommand) {
    EXPECT_EQ(rig({"plan", "status", "layout"}), Done);
    EXPECT_THAT(rig.script.calls, ElementsAre("plan"));
    EXPECT_THAT(rig.script.services, ElementsAre("status", "layout"));
}

TEST_F(CommandLine, PromptsAreAllowedUnlessForbidden) {
    EXPECT_EQ(rig({"status"}), Done);
    EXPECT_TRUE(rig.script.options.allow_prompts);
    EXPECT_EQ(rig({"status", "--no-ask-password"}), Done);
    EXPECT_FALSE(rig.script.options.allow_prompts);
}

TEST_F(CommandLine, TheTimeoutIsInSecondsAndTakesFractions) {
    EXPECT_EQ(rig({"status"}), Done);
    EXPECT_FALSE(rig.script.options.timeout.has_value());
    EXPECT_EQ(rig({"--timeout=1.5", "status"}), Done);
    EXPECT_EQ(rig.script.options.timeout, std::chrono::milliseconds(1500));
    EXPECT_EQ(rig({"status", "--timeout", "2"}), Done);
    EXPECT_EQ(rig.script.options.timeout, std::chrono::seconds(2));
}

TEST_F(CommandLine, VersionIsData) {
    EXPECT_EQ(rig({"--version"}), Done);
    EXPECT_THAT(rig.console.out, testing::MatchesRegex("jts-storage [0-9.]+\n"));
    EXPECT_THAT(rig.console.err, IsEmpty());
}

TEST_F(CommandLine, HelpFitsOneScreenAndNamesEveryCommand) {
    EXPECT_EQ(rig({"--help"}), Done);
    for (const char* command :
         {"status ", "plan ", "provision ", "changes ", "rollback ID ", "validate ", "usage ",
          "sample ", "history ", "forecast ", "alerts ", "monitor ", "job list ", "job show ID ",
          "job wait ID ", "job cancel ID ", "layout show ", "layout check "})
        EXPECT_THAT(rig.console.out, HasSubstr("\n  " + std::string(command))) << command;
    for (const char* option :
         {"-H, --host=[USER@]HOST", "--json[=short|pretty]", "--color=WHEN", "--timeout=SEC",
          "--no-ask-password", "--no-legend", "--bytes", "--si", "-q, --quiet", "--version"})
        EXPECT_THAT(rig.console.out, HasSubstr(option));
    EXPECT_THAT(rig.console.out, HasSubstr("Examples:"));
    EXPECT_THAT(rig.console.out, testing::Not(testing::ContainsRegex("[^\n]{81}")));
    EXPECT_LE(std::count(rig.console.out.begin(), rig.console.out.end(), '\n'), 42);
}

TEST_F(CommandLine, HelpAfterACommandIsThatCommands) {
    EXPECT_EQ(rig({"layout", "check", "--help"}), Done);
    EXPECT_THAT(rig.console.out,
                StartsWith("Usage: jts-storage layout check [OPTION...] [FILE...]\n"));
    EXPECT_THAT(rig.script.calls, IsEmpty());
}

TEST_F(CommandLine, AMissingArgumentIsNamedAndIsNoMissingCommand) {
    EXPECT_EQ(rig({"job", "cancel"}), Usage);
    EXPECT_THAT(rig.console.err, StartsWith("jts-storage: ID is required\n"));
}

TEST_F(CommandLine, AnArgumentThatIsNeededIsNotShownAsOptional) {
    EXPECT_EQ(rig({"job", "wait", "--help"}), Done);
    EXPECT_THAT(rig.console.out, StartsWith("Usage: jts-storage job wait [OPTION...] ID\n"));
}

TEST_F(CommandLine, HelpIntoAClosedPipeFails) {
    rig.console.broken = true;
    EXPECT_EQ(rig({"--help"}), 3);
    EXPECT_THAT(rig.console.err, HasSubstr("cannot write to standard output"));
}

}  // namespace
}  // namespace jts::hot_storage::client
