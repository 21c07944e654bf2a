// What outlasts the service, and that anything else is an error.
#include "core/alert_state.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::vector<Alert> two{
    {"filesystem./srv/größe", Level::critical, 1'700'000'000'000'000, 96.123456789012, 95, "full"},
    {"usage.db", Level::warning, 5, 80, 80, "db's share"}};

/// Why it is refused; empty where it is not.
std::string refusal_of(const std::string& text) {
    try {
        read_alerts(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        return error.what();
    }
    return "";
}

/// The state of `two` with one of its values exchanged.
std::string with(const char* pointer, const json& value) {
    auto state = json::parse(write_alerts(two));
    state[json::json_pointer(pointer)] = value;
    return state.dump();
}

TEST(AlertState, ReadsAsItWasWritten) {
    EXPECT_EQ(read_alerts(write_alerts(two)), two);
    EXPECT_EQ(read_alerts(write_alerts({})), std::vector<Alert>{});
}

TEST(AlertState, ThatIsDamagedIsAnErrorThatSaysWhere) {
    EXPECT_THAT(refusal_of(""), HasSubstr("not JSON"));
    EXPECT_THAT(refusal_of("[]"), HasSubstr("it is no object"));
    EXPECT_THAT(refusal_of(with("/format", 2)), HasSubstr("format"));
    EXPECT_THAT(refusal_of(with("/more", 1)), HasSubstr("2 members"));
    EXPECT_THAT(refusal_of(with("/alerts", json::object())), HasSubstr("alerts"));
    EXPECT_THAT(refusal_of(with("/alerts/0", 5)), HasSubstr("an alert"));
    EXPECT_THAT(refusal_of(with("/alerts/0/more", 5)), HasSubstr("6 members"));
    EXPECT_THAT(refusal_of(with("/alerts/0/severity", "ok")), HasSubstr("severity"));
    EXPECT_THAT(refusal_of(with("/alerts/0/since", -1)), HasSubstr("since"));
    EXPECT_THAT(refusal_of(with("/alerts/0/value", "80")), HasSubstr("value"));
    EXPECT_THAT(refusal_of(with("/alerts/0/threshold", nullptr)), HasSubstr("threshold"));
    EXPECT_THAT(refusal_of(with("/alerts/0/message", "\x1b[31m")), HasSubstr("message"));
    EXPECT_THAT(refusal_of(with("/alerts/0/subject", "usage.db")), HasSubstr("twice"));
    for (const auto* subject : {"", "usage", "usage.", ".db"})
        EXPECT_THAT(refusal_of(with("/alerts/0/subject", subject)), HasSubstr("subject"));
}

TEST(AlertState, KeepsAlertsOfALaterKind) {
    EXPECT_EQ(refusal_of(with("/alerts/0/subject", "backup.db")), "");
}

RC_GTEST_PROP(AlertStateProperty, CutOffAnywhereIsRefused, ()) {
    const auto text = write_alerts(two);
    const auto length = *rc::gen::inRange<std::size_t>(0, text.size() - 1);
    RC_ASSERT(!refusal_of(text.substr(0, length)).empty());
}

RC_GTEST_PROP(AlertStateProperty, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
    auto text = write_alerts(two);
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    text.replace(at, bytes.size(), bytes);
    if (refusal_of(text).empty()) RC_ASSERT(read_alerts(text).size() <= 2u);
}

}  // namespace
}  // namespace jts::hot_storage::test
