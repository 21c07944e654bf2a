// What is refused, and where it says that the fault is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "layout_support.hpp"

namespace jts::hot_storage::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json examples(const std::string& kind) {
    return nlohmann::json::parse(read_source("tests/unit/layout_examples.json")).at(kind);
}

LayoutResult read_after_vendor(const std::string& text) {
    return read_layout({vendor(), {"x.json", text, std::nullopt}});
}

RejectedFile only_rejection(const std::vector<LayoutFile>& files) {
    const auto rejected = read_layout(files).rejected;
    if (rejected.size() != 1) throw std::runtime_error("not one rejected file");
    return rejected.front();
}

RejectedFile rejection_of(const std::string& text) {
    return only_rejection({vendor(), {"x.json", text, std::nullopt}});
}

TEST(LayoutFaults, AreFoundInEveryBadExampleAtItsPointer) {
    const auto vendor_alone = read_layout({vendor()});
    for (const auto& example : examples("rejected")) {
        SCOPED_TRACE(example.at("what"));
        const auto result = read_after_vendor(example.at("file").dump());
        ASSERT_EQ(result.rejected.size(), 1u);
        EXPECT_EQ(result.rejected.front().path, "x.json");
        EXPECT_EQ(result.rejected.front().pointer, example.at("pointer").get<std::string>());
        EXPECT_NE(result.rejected.front().reason, "");
        EXPECT_EQ(result.layout, vendor_alone.layout) << "a rejected file leaves no trace";
    }
}

TEST(LayoutFaults, AreNotFoundInAnyGoodExample) {
    for (const auto& example : examples("accepted")) {
        SCOPED_TRACE(example.at("what"));
        const auto result = read_after_vendor(example.at("file").dump());
        EXPECT_TRUE(result.rejected.empty()) << describe(result.rejected);
    }
}

TEST(LayoutFaults, SayWhatWasFoundAndWhatIsAllowed) {
    const auto fault =
        only_rejection({vendor(), service_drop_in("x.json", "redis", R"({"policy": "loose"})")});
    EXPECT_EQ(fault.reason, R"("loose" must be one of "exact", "at-most")");
    EXPECT_THAT(
        only_rejection({vendor(), drop_in("x.json", R"("bases": 1)")}).reason,
        HasSubstr(
            "format, base, expected_mount, reserve_percent, services, filesystem_thresholds"));
}

TEST(LayoutFaults, ShowNoControlCharactersAndNoEndlessValues) {  // T41
    const auto fault =
        rejection_of(R"({"format": 1, "base": "/\u001b]0;)" + std::string(100000, 'x') + "\"}");
    EXPECT_LT(fault.reason.size(), 500u);
    EXPECT_THAT(fault.reason, Not(HasSubstr("\x1b")));
}

struct SyntaxCase {
    const char* what;
    std::string text;
    const char* pointer;
    const char* reason;
};

TEST(LayoutSyntax, IsStrictAndSaysLineAndColumn) {
    using namespace std::string_literals;
    const SyntaxCase cases[] = {
        {"empty file", "", "", "line 1, column 1"},
        {"cut off", "{\n  \"format\": 1,\n", "", "line 3, column 1"},
        {"trailing comma", "{\n  \"format\": 1,\n}", "", "line 3, column 1"},
        {"something behind", "{\"format\": 1}\n{}", "", "line 2, column 1"},
        {"single quotes", "{'format': 1}", "", "line 1, column 2"},
        {"bad UTF-8", "{\"format\": 1, \"base\": \"/\xff\"}", "", "line 1, column 25"},
        {"control character in a string", "{\"format\": 1, \"base\": \"/\n\"}", "", "line "},
        {"comment without end", "{\"format\": 1} /* \n", "", "line 2, column 1"},
        {"number beyond every type", "{\"format\": 1e999}", "", "number overflow"},
        {"NUL byte, behind which a parser would see nothing", "{\"format\": 1}\n \0{"s, "",
         "line 2, column 2: NUL byte"},
        {"one key twice", "{\"format\": 1, \"base\": \"/a\", \"base\": \"/b\"}", "/base", "twice"},
        {"one key twice, spelled in two ways", R"({"format": 1, "base": "/a", "bas\u0065": "/b"})",
         "/base", "twice"},
        {"one key twice, deep inside",
         R"({"format": 1, "services": {"redis": {}, "kafka": {"mode": "0750", "mode": "0777"}}})",
         "/services/kafka/mode", "twice"},
        {"one key twice, behind an object and an array",
         R"({"format": 1, "services": {"redis": {"units": [], "directories": {}, "units": []}}})",
         "/services/redis/units", "twice"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto fault = rejection_of(c.text);
        EXPECT_EQ(fault.pointer, c.pointer);
        EXPECT_THAT(fault.reason, AllOf(HasSubstr(c.reason), Not(HasSubstr("json.exception"))));
    }
}

TEST(LayoutSyntax, BoundsHowDeepAFileNests) {  // T20
    for (const std::string opening : {"[", "{\"a\":"}) {
        std::string text;
        for (int i = 0; i < 200000; ++i) text += opening;
        EXPECT_THAT(rejection_of(text).reason, HasSubstr("deeper than"));
    }
}

TEST(LayoutSyntax, AllowsCommentsAndAByteOrderMark) {
    const auto result = read_after_vendor(
        "\xef\xbb\xbf// first\n{ /* a */ \"format\": 1, // b\n \"reserve_percent\": 7 }\n// last");
    EXPECT_TRUE(result.rejected.empty()) << describe(result.rejected);
    EXPECT_EQ(result.layout.reserve_percent, 7u);
}

TEST(UntrustedFiles, AreRejectedForTheirReasonWhateverTheyHold) {  // T43
    auto file = drop_in("/etc/x.json", R"("reserve_percent": 7)");
    file.untrusted = "belongs to uid 1000";
    const auto result = read_layout({vendor(), file});
    const std::vector<RejectedFile> expected{{"/etc/x.json", "", "belongs to uid 1000"}};
    EXPECT_EQ(result.rejected, expected);
    EXPECT_EQ(result.layout, layout_with({}));
}

TEST(DescribedFaults, NameEachFileAndPointerAndWhatToDo) {
    EXPECT_EQ(describe({{"/etc/a.json", "", "is larger than 1 MiB"}}),
              "/etc/a.json: is larger than 1 MiB; correct or remove this file, then check with "
              "jts-storage layout check");
    EXPECT_EQ(describe({{"/a", "/base", "is bad"}, {"/b\n", "/x\x1b", "too"}}),
              "/a: /base: is bad; /b\\x0a: /x\\x1b: too; correct or remove these files, then check "
              "with jts-storage layout check");
}

}  // namespace
}  // namespace jts::hot_storage::test
