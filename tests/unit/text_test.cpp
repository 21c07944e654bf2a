#include "core/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace jts::hot_storage {
namespace {

using namespace std::string_view_literals;

struct Case {
    const char* what;
    std::string_view bytes;
    std::string_view shown;
};

// T12, T41: names with newline, escape sequences, invalid UTF-8.
TEST(Escape, KeepsWhatCanBeShownAndSpellsOutEveryOtherByte) {
    const Case cases[] = {
        {"nothing", "", ""},
        {"ASCII", "/data/jts ~!\"\\", "/data/jts ~!\"\\"},
        {"newline", "a\nb", "a\\x0ab"},
        {"NUL", "a\0b"sv, "a\\x00b"},
        {"escape sequence", "\x1b[31m", "\\x1b[31m"},
        {"DEL", "\x7f", "\\x7f"},
        {"two bytes", "\xc3\xa9", "\xc3\xa9"},
        {"last C1 control character", "\xc2\x9f", "\\xc2\\x9f"},
        {"no-break space, the first after them", "\xc2\xa0", "\xc2\xa0"},
        {"three bytes", "\xe2\x82\xac", "\xe2\x82\xac"},
        {"four bytes", "\xf0\x9f\x92\xbe", "\xf0\x9f\x92\xbe"},
        {"the last code point", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
        {"one beyond it", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        {"no lead byte", "\x80", "\\x80"},
        {"never a lead byte", "\xff", "\\xff"},
        {"overlong slash", "\xc0\xaf", "\\xc0\\xaf"},
        {"overlong, three bytes", "\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},
        {"overlong, four bytes", "\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"},
        {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"cut off", "\xe2\x82", "\\xe2\\x82"},
        {"cut off by ASCII", "\xe2\x82z", "\\xe2\\x82z"},
        {"Latin-1 between", "a\xe9\xc3\xa9", "a\\xe9\xc3\xa9"},
    };
    for (const auto& c : cases) EXPECT_EQ(escape(c.bytes), c.shown) << c.what;
}

RC_GTEST_PROP(Escape, OfAnyBytesIsUtf8WithoutControlCharacters, (const std::string& bytes)) {
    const auto shown = escape(bytes);
    RC_ASSERT(std::none_of(shown.begin(), shown.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    }));
    // The library refuses to write strings that are not UTF-8.
    RC_ASSERT(nlohmann::json::parse(nlohmann::json(shown).dump()) == shown);
}

/// Text that is nearly UTF-8, which random bytes hardly ever are.
std::string nearly_utf8(const std::vector<std::uint8_t>& choices) {
    const std::string_view parts[] = {"a",    "\xc2", "\x80", "\x9f", "\xa0", "\xe0",
                                      "\xed", "\xf0", "\xf4", "\xbf", "\\x",  "\n"};
    std::string text;
    for (const auto choice : choices) text += parts[choice % std::size(parts)];
    return text;
}

RC_GTEST_PROP(Escape, LeavesItsOwnOutputAsItIs, (const std::vector<std::uint8_t>& choices)) {
    const auto once = escape(nearly_utf8(choices));
    RC_ASSERT(escape(once) == once);
    RC_ASSERT(nlohmann::json::parse(nlohmann::json(once).dump()) == once);
}

RC_GTEST_PROP(EscapeShortly, IsUtf8AndOfALengthWithItsBeginningAndItsEnd,
              (const std::vector<std::uint8_t>& choices)) {
    std::string text = nearly_utf8(choices);
    while (!text.empty() && text.size() < 3 * most_shown_bytes) text += text;
    const auto whole = escape(text), shown = escape_shortly(text);
    RC_ASSERT(shown.size() <= most_shown_bytes);
    RC_ASSERT(nlohmann::json::parse(nlohmann::json(shown).dump()) == shown);
    const auto part = std::min<std::size_t>(whole.size(), 500);
    RC_ASSERT(shown.starts_with(whole.substr(0, part)));
    RC_ASSERT(shown.ends_with(whole.substr(whole.size() - part)));
}

TEST(EscapeShortly, LeavesWhatIsShortAsItIs) {
    const std::string path(most_shown_bytes - 4, 'a');
    EXPECT_EQ(escape_shortly(path + "\n"), path + "\\x0a");
    EXPECT_THAT(escape_shortly(path + "\n!"), testing::HasSubstr("aaa\u2026aaa"));
}

TEST(Octal, WritesFourDigits) {
    EXPECT_EQ(octal(0), "0000");
    EXPECT_EQ(octal(07), "0007");
    EXPECT_EQ(octal(0750), "0750");
    EXPECT_EQ(octal(07777), "7777");
}

}  // namespace
}  // namespace jts::hot_storage
