#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>

#include "client/render.hpp"
#include "client/table.hpp"

namespace jts::hot_storage::client {
namespace {

TEST(JsonText, HasNoControlCharactersOfATerminalAndTheSameMeaning) {
    const Json document{{"message",
                         "\x1b[2J\x7f\xc2\x9b"
                         "31m \xc3\xa9\xc2\xa0"}};
    const auto text = json_text(document, JsonForm::compact);
    EXPECT_EQ(text, "{\"message\":\"\\u001b[2J\\u007f\\u009b31m \xc3\xa9\xc2\xa0\"}\n");
    EXPECT_EQ(Json::parse(text), document);
}

using testing::HasSubstr;

constexpr Style Plain{false, true};
constexpr Style NoLegend{false, false};

/// As jts-storage itself does at its start.
class Render : public testing::Test {
  protected:
    Render() { EXPECT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr); }
};

const Change Group{ChangeKind::create_group, "redis", "redis", "absent", "gid auto", 0, {}};
const Change Base{ChangeKind::create_directory, "", "/b", "absent", "root:root 0755", 0, {}};
const Change Owners{
    ChangeKind::set_owner_below, "redis", "/b/redis/data", "foreign", "redis:redis", 12,
    {"/b/redis/data/a"}};

TEST_F(Render, ColumnsAlignAndAnEmptyCellIsADash) {
    EXPECT_EQ(plan_text({Group, Base, Owners}, Plain),
              "CHANGE            SERVICE  SUBJECT        CURRENT               DESIRED\n"
              "create-group      redis    redis          absent                gid auto\n"
              "create-directory  -        /b             absent                root:root 0755\n"
              "set-owner-below   redis    /b/redis/data  foreign (12 entries)  redis:redis\n");
}

TEST_F(Render, WithoutLegendTheHeadingsAreLeftOutAndWidthsAreThoseOfTheCells) {
    EXPECT_EQ(plan_text({Group}, NoLegend), "create-group  redis  redis  absent  gid auto\n");
}

/// Two short columns, and a sentence.
std::string sentences(const Style& style) {
    Table table({"RESULT", "CHECK", "MESSAGE"}, style);
    table.add({{"fail", Tone::bad}, {"directory.mode"}, {"is 0777 and should be 0750 instead"}});
    table.add({{"pass", Tone::good}, {"base.safe"}, {"fine"}});
    return table.text();
}

TEST_F(Render, OnANarrowTerminalTheLastColumnGoesOnBelow) {
    const std::string whole =
        "RESULT  CHECK           MESSAGE\n"
        "fail    directory.mode  is 0777 and should be 0750 instead\n"
        "pass    base.safe       fine\n";
    EXPECT_EQ(sentences({.width = 0}), whole);
    EXPECT_EQ(sentences({.width = 58}), whole);
    EXPECT_EQ(sentences({.width = 50}),
              "RESULT  CHECK           MESSAGE\n"
              "fail    directory.mode  is 0777 and should be 0750\n"
              "                        instead\n"
              "pass    base.safe       fine\n");
}

TEST_F(Render, OnAVeryNarrowTerminalARowIsABlock) {
    EXPECT_EQ(sentences({.width = 40}),
              "fail\n"
              "  check    directory.mode\n"
              "  message  is 0777 and should be 0750\n"
              "           instead\n"
              "pass\n"
              "  check    base.safe\n"
              "  message  fine\n");
    EXPECT_EQ(sentences({.legend = false, .width = 30}),
              "fail\n"
              "  directory.mode\n"
              "  is 0777 and should be 0750\n"
              "  instead\n"
              "pass\n"
              "  base.safe\n"
              "  fine\n");
}

TEST_F(Render, AWordThatIsTooWideStaysWholeToBeCopied) {
    const std::string digest(64, 'd');
    EXPECT_EQ(status_text({"1.0", "/b", digest, "ok"}, {.width = 40}),
              "health\n  ok\nalerts\n  none\nbase_path\n  /b\nlayout_digest\n  " + digest +
                  "\nversion\n  1.0\n");
}

TEST_F(Render, SymbolsSayWhatColoursSayAndBlocksHaveBoth) {
    EXPECT_EQ(sentences({.legend = false, .symbols = true}),
              "\u2717 fail  directory.mode  is 0777 and should be 0750 instead\n"
              "\u2713 pass  base.safe       fine\n");
    EXPECT_THAT(sentences({.color = true, .symbols = true, .width = 30}),
                testing::StartsWith("\x1b[31m\u2717 fail\x1b[0m\n"));
    EXPECT_THAT(plan_text({Group}, {.symbols = true}), HasSubstr("\n+ create-group  redis"));
}

TEST_F(Render, NothingIsPrintedWithoutChanges) {
    EXPECT_EQ(plan_text({}, Plain), "");
}

TEST_F(Render, WidthsAreThoseOfCharactersNotOfBytes) {
    Table table({"A", "B"}, NoLegend);
    table.add({{"\u00e4\u00f6\u00fc"}, {"x"}});
    table.add({{"abc"}, {"y"}});
    table.add({{"\u6f22"}, {"z"}});  // two columns wide
    EXPECT_EQ(table.text(), "\u00e4\u00f6\u00fc  x\nabc  y\n\u6f22   z\n");
}

TEST_F(Render, ControlCharactersNeverReachATerminalT41) {
    Change change = Base;
    change.subject = "/b/\x1b[2J\n\xc2\x9b\xff";
    const std::string text = plan_text({change}, NoLegend);
    EXPECT_THAT(text, HasSubstr("/b/\\x1b[2J\\x0a\\xc2\\x9b\\xff"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST_F(Render, WhatTheServiceEscapedIsNotEscapedAgain) {
    Change change = Base;
    change.subject = "/b/a\\x0ab";
    EXPECT_THAT(plan_text({change}, NoLegend), HasSubstr("/b/a\\x0ab "));
}

TEST_F(Render, LongPathsAreNeverCutOff) {
    Change change = Base;
    change.subject = "/" + std::string(4000, 'p');
    EXPECT_THAT(plan_text({change}, Plain), HasSubstr(change.subject));
}

TEST_F(Render, ColoursAreLeftOutUnlessWanted) {
    EXPECT_THAT(plan_text({Group}, {true, false}), HasSubstr("\x1b["));
    EXPECT_EQ(plan_text({Group}, NoLegend).find('\x1b'), std::string::npos);
}

TEST_F(Render, APlansJsonHasStableKeysInStableOrder) {
    EXPECT_EQ(json_text(plan_json({"d1", {Group, Owners}}), JsonForm::compact),
              R"({"schema":1,"digest":"d1","changes":[)"
              R"({"kind":"create-group","service":"redis","subject":"redis","current":"absent",)"
              R"("desired":"gid auto"},)"
              R"({"kind":"set-owner-below","service":"redis","subject":"/b/redis/data",)"
              R"("current":"foreign","desired":"redis:redis","entries":12,)"
              R"("examples":["/b/redis/data/a"]}]})"
              "\n");
}

TEST_F(Render, AProvisionsJsonHoldsTheResultAtTheTopLevel) {
    const ProvisionReport report{"c1", "d1", 1, 2, {Base}, {{"redis", "/b/x", "device: no"}}};
    EXPECT_EQ(json_text(provision_json(report), JsonForm::compact),
              R"({"schema":1,"change_id":"c1","digest":"d1","applied":1,"unchanged":2,"changes":[)"
              R"({"kind":"create-directory","service":"","subject":"/b","current":"absent",)"
              R"("desired":"root:root 0755"}],"refused":[)"
              R"({"service":"redis","subject":"/b/x","reason":"device: no"}]})"
              "\n");
}

TEST_F(Render, AStatusesJsonHasTheContractsKeys) {
    EXPECT_EQ(json_text(status_json({"1", "/b", "abc", "ok"}), JsonForm::compact),
              R"({"schema":1,"version":"1","base_path":"/b","layout_digest":"abc","health":"ok",)"
              R"("alerts":[]})"
              "\n");
}

TEST_F(Render, BadUtf8CannotBreakTheJson) {
    Change change = Base;
    change.subject = "/b/\xff\n";
    const std::string text = json_text(changes_json({change}), JsonForm::compact);
    EXPECT_TRUE(Json::accept(text)) << text;
}

constexpr const char* Document = R"({
  "layout": {"format": 1, "base": "/b", "services": {"redis": {
     "owner": "redis", "group": "redis", "mode": "0750", "policy": "exact",
     "below": "owner-and-group", "planned_bytes": 50000000000,
     "directories": {"data": {"owner": "redis", "group": "redis", "mode": "0755",
                              "policy": "at-most", "below": "owner-and-group"}}}}},
  "sources": {"/services/redis/owner": "/usr/share/x/layout.json",
              "/services/redis/planned_bytes": "/etc/x/10.json",
              "/services/redis/group": "",
              "/services/redis2/owner": "/etc/x/99.json",
              "/services/redis/directories/data/mode": "/etc/x/20.json"}})";

TEST_F(Render, TheLayoutsTableSaysWhichFilesSetEachDirectory) {
    EXPECT_EQ(
        layout_text(layout_json(Document), NoLegend),
        "/b/redis       redis  redis  0750  exact    owner-and-group  50000000000  "
        "10.json,layout.json\n"
        "/b/redis/data  redis  redis  0755  at-most  owner-and-group  -            20.json\n");
}

TEST_F(Render, TheLayoutsJsonIsTheDocumentWithItsSchema) {
    const Json document = layout_json(Document);
    EXPECT_EQ(document.begin().key(), "schema");
    EXPECT_EQ(document["sources"]["/services/redis/planned_bytes"], "/etc/x/10.json");
}

TEST_F(Render, ALayoutThatIsNoneIsAnErrorNotACrash) {
    for (const char* text : {"", "[]", "{", "{}", R"({"layout": 1, "sources": {}})"})
        EXPECT_THROW(layout_json(text), Error) << text;
    for (const char* layout : {"{}", R"({"services": 1})", R"({"services": {"a": 1}})",
                               R"({"base": 7, "services": {"a": {"directories": {"b": 1}}}})"}) {
        const Json document =
            layout_json("{\"sources\": {}, \"layout\": " + std::string(layout) + "}");
        EXPECT_NO_THROW(layout_text(document, Plain)) << layout;
    }
}

TEST_F(Render, ARejectedFileIsOneLineWhateverItSays) {
    EXPECT_EQ(rejected_line({"/e/1.json", "/base", "no\nway"}), "/e/1.json: /base: no\\x0away\n");
    EXPECT_EQ(rejected_line({"/e/1.json", "", "gone"}), "/e/1.json: gone\n");
}

TEST_F(Render, AMessagesFurtherLinesAreIndentedAndEscaped) {
    EXPECT_EQ(message_line("one\ntwo\x1b\n", "", 0), "jts-storage: one\n  two\\x1b\n");
    EXPECT_EQ(message_line("", "", 0), "jts-storage: \n");
    EXPECT_EQ(message_line("one", "db\x1b", 0), "jts-storage: db\\x1b: one\n");
    EXPECT_EQ(message_line("one two three\nfour five six", "", 18),
              "jts-storage: one\n  two three\n  four five six\n");
    EXPECT_EQ(message_line("ask `jts-storage job wait ID` again", "", 18),
              "jts-storage: ask\n  `jts-storage job wait ID`\n  again\n");
    EXPECT_EQ(message_line("put there:\n    { \"format\": 1, \"services\": {} }", "", 18),
              "jts-storage: put\n  there:\n      { \"format\": 1, \"services\": {} }\n");
}

}  // namespace
}  // namespace jts::hot_storage::client
