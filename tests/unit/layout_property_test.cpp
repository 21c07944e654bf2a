// What holds for every file, however odd: shown by random ones.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "layout_support.hpp"

namespace jts::hot_storage::test {
namespace {

using nlohmann::json;

/// Every member and element inside `value`, itself included.
void collect_pointers(const json& value, const json::json_pointer& here,
                      std::vector<json::json_pointer>& out) {
    out.push_back(here);
    if (!value.is_structured()) return;
    for (const auto& [key, member] : value.items())
        collect_pointers(member, value.is_array() ? here / std::stoul(key) : here / key, out);
}

/// Values that stand somewhere in some layout, and some that never do.
rc::Gen<json> any_value() {
    return rc::gen::elementOf(std::vector<json>{nullptr,
                                                true,
                                                0,
                                                1,
                                                -1,
                                                50,
                                                1.5,
                                                1e300,
                                                "",
                                                "root",
                                                "redis",
                                                "x",
                                                "0750",
                                                "1777",
                                                "exact",
                                                "at-most",
                                                "owner",
                                                "declared-only",
                                                "/srv/a",
                                                "/tmp",
                                                "..",
                                                "user:a:r-x",
                                                json::array(),
                                                json::array({"a.service"}),
                                                json::array({"user:a:r-x", "default:group:b:---"}),
                                                json::object(),
                                                json{{"owner", "redis"}},
                                                json{{"warning_percent", 50}},
                                                json{{"hysteresis_points", 0}},
                                                json{{"data", json::object()}}});
}

json vendor_json() {
    return json::parse(vendor().text, nullptr, true, /*ignore_comments=*/true);
}

/// The shipped layout with some values exchanged, which is mostly a layout or nearly one.
json mutated_layout() {
    auto layout = vendor_json();
    const auto rounds = *rc::gen::inRange(0, 4);
    for (int i = 0; i < rounds; ++i) {
        std::vector<json::json_pointer> pointers;
        collect_pointers(layout, json::json_pointer(), pointers);
        layout[*rc::gen::elementOf(pointers)] = *any_value();
    }
    if (layout.is_object()) layout["format"] = 1;
    return layout;
}

std::string mutated_text() {
    auto text = vendor().text;
    const auto rounds = *rc::gen::inRange(1, 6);
    for (int i = 0; i < rounds; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        const auto length = *rc::gen::inRange<std::size_t>(0, 40);
        const auto piece = *rc::gen::oneOf(
            rc::gen::arbitrary<std::string>(),
            rc::gen::element<std::string>("{", "}", "[", "]", ",", "\"", "null", "/*", "//", "\\"));
        text.replace(at, length, piece);
    }
    return text;
}

LayoutFile file(const std::string& path, const std::string& text) {
    return {path, text, std::nullopt};
}

void assert_sources_cover(const json& value, const std::string& pointer, const LayoutResult& result,
                          std::size_t& leaves) {
    if (!value.is_object()) {
        ++leaves;
        RC_ASSERT(result.sources.count(pointer) == 1u);
        return;
    }
    for (const auto& [key, member] : value.items())
        assert_sources_cover(member, pointer + "/" + key, result, leaves);
}

/// What every result must satisfy.
void assert_is_sound(const LayoutResult& result) {
    const auto again = read_layout({file("again", result.document)});
    RC_ASSERT(again.rejected.empty());
    RC_ASSERT(again.layout == result.layout);
    RC_ASSERT(again.canonical == result.canonical);
    std::size_t leaves = 0;
    assert_sources_cover(json::parse(result.document), "", result, leaves);
    RC_ASSERT(result.sources.size() == leaves);
}

RC_GTEST_PROP(AnyText, GivesASoundLayoutAndNeverThrows, ()) {
    const auto text = mutated_text();
    const auto result = read_layout({vendor(), file("x", text)});
    RC_ASSERT(result.rejected.size() <= 1u);
    assert_is_sound(result);
}

RC_GTEST_PROP(AnyBytes, AreNoLayoutAndNeverThrow, (const std::string& bytes)) {
    const auto result = read_layout({file("x", bytes)});
    RC_ASSERT(result.rejected.size() == 1u);
    RC_ASSERT(result.layout.services.empty());
}

RC_GTEST_PROP(AnyFile, IsEitherAppliedWholeOrLeavesNoTrace, ()) {
    const auto before = read_layout({vendor()});
    const auto patch = mutated_layout();
    const auto after = read_layout({vendor(), file("x", patch.dump())});
    RC_TAG(after.rejected.empty() ? "accepted" : "rejected");
    assert_is_sound(after);
    if (!after.rejected.empty()) {
        RC_ASSERT(after.layout == before.layout);
        RC_ASSERT(after.sources == before.sources);
        return;
    }
    auto merged = vendor_json();
    merged.merge_patch(patch);
    const auto at_once = read_layout({file("merged", merged.dump())});
    RC_ASSERT(at_once.rejected.empty());
    RC_ASSERT(at_once.layout == after.layout);
}

RC_GTEST_PROP(AnyLayout, NamesEachAccountAndGroupOnceAndNeverRoot, ()) {
    const auto layout = read_layout({vendor(), file("x", mutated_layout().dump())}).layout;
    const auto groups = groups_of(layout, {});
    const auto has_group = [&](const std::string& name) {
        return std::any_of(groups.begin(), groups.end(),
                           [&](const GroupSpec& group) { return group.name == name; });
    };
    std::string previous;
    for (const auto& account : accounts_of(layout, {})) {
        RC_ASSERT(previous < account.name);
        RC_ASSERT(account.name != "root");
        RC_ASSERT(layout.find(account.service) != nullptr);
        RC_ASSERT(has_group(account.group));
        previous = account.name;
    }
    RC_ASSERT(!has_group("root"));
}

}  // namespace
}  // namespace jts::hot_storage::test
