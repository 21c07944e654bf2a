#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/call_error.hpp"
#include "client/convert.hpp"

namespace jts::hot_storage::client {
namespace {

using testing::HasSubstr;
using testing::Not;

ErrorCode code_of(const std::string& name, Effect effect = Effect::reads) {
    return translate({name, "reason"}, effect).code();
}

TEST(ClientErrors, NamesOfTheContractKeepTheirCodeAndTheServicesWords) {
    const Error error =
        translate({"org.jts.HotStorage1.Error.PlanStale", "/b has changed"}, Effect::changes);
    EXPECT_EQ(error.code(), ErrorCode::plan_stale);
    EXPECT_STREQ(error.what(), "/b has changed");
    EXPECT_EQ(code_of("org.freedesktop.DBus.Error.AccessDenied"), ErrorCode::access_denied);
}

TEST(ClientErrors, EveryWayOfNotReachingTheServiceIsUnreachable) {
    for (const char* name :
         {"org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
          "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected",
          "org.freedesktop.DBus.Error.TimedOut", "org.freedesktop.DBus.Error.Spawn.ExecFailed",
          "org.freedesktop.systemd1.NoSuchUnit", "System.Error.EPIPE"})
        EXPECT_EQ(code_of(name), ErrorCode::service_unreachable) << name;
}

TEST(ClientErrors, AServiceThatGoesAwayDuringAChangeFinishesItWhenItStartsAgain) {
    const BusError gone{"org.freedesktop.DBus.Error.NoReply", "recipient disconnected"};
    EXPECT_THAT(translate(gone, Effect::changes).what(), HasSubstr("`jts-storage changes`"));
    EXPECT_THAT(translate(gone, Effect::reads).what(), Not(HasSubstr("jts-storage changes")));
}

TEST(ClientErrors, AServiceThatNeverStartedHasChangedNothing) {
    const BusError absent{"org.freedesktop.DBus.Error.ServiceUnknown", "not provided"};
    EXPECT_THAT(translate(absent, Effect::changes).what(), Not(HasSubstr("unknown: ")));
}

TEST(ClientErrors, ATimeLimitIsNotAFailedActivation) {
    const BusError late{"org.freedesktop.DBus.Error.Timeout", "Connection timed out"};
    EXPECT_EQ(translate(late, Effect::reads).code(), ErrorCode::timed_out);
    EXPECT_THAT(translate(late, Effect::changes).what(), HasSubstr("goes on with the change"));
}

TEST(ClientErrors, AnErrorNameNeverStandsAlone) {
    const Error error = translate({"org.example.Odd", ""}, Effect::reads);
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_STREQ(error.what(), "the service failed and did not say why (org.example.Odd)");
}

TEST(ClientErrors, AnUnknownMethodMeansAnOlderService) {
    const Error error =
        translate({"org.freedesktop.DBus.Error.UnknownMethod", "no Plan"}, Effect::reads);
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.what(), HasSubstr("older than this client"));
}

Dictionary change_dictionary() {
    return {{"kind", sdbus::Variant(std::string("set-owner-below"))},
            {"service", sdbus::Variant(std::string("redis"))},
            {"subject", sdbus::Variant(std::string("/b/redis"))},
            {"current", sdbus::Variant(std::string("foreign"))},
            {"desired", sdbus::Variant(std::string("redis:redis"))},
            {"entries", sdbus::Variant(std::uint64_t{12})},
            {"examples", sdbus::Variant(std::vector<std::string>{"/b/redis/x"})}};
}

TEST(ClientConversion, AChangeKeepsEveryMember) {
    const Change expected{ChangeKind::set_owner_below,
                          "redis",
                          "/b/redis",
                          "foreign",
                          "redis:redis",
                          12,
                          {"/b/redis/x"}};
    EXPECT_EQ(to_change(change_dictionary()), expected);
}

TEST(ClientConversion, EntriesAndExamplesMayBeAbsentAndOtherKeysMayBeThere) {
    Dictionary dictionary = change_dictionary();
    dictionary.erase("entries");
    dictionary.erase("examples");
    dictionary.emplace("news", sdbus::Variant(std::string("from a later version")));
    EXPECT_EQ(to_change(dictionary).entries, 0u);
    EXPECT_TRUE(to_change(dictionary).examples.empty());
}

TEST(ClientConversion, EveryKindOfTheModelIsKnown) {
    for (const char* kind : {"create-group", "create-user", "create-directory", "set-owner",
                             "set-mode", "set-acl", "set-owner-below"}) {
        Dictionary dictionary = change_dictionary();
        dictionary["kind"] = sdbus::Variant(std::string(kind));
        EXPECT_EQ(to_string(to_change(dictionary).kind), kind);
    }
}

std::string complaint(const Dictionary& dictionary) {
    try {
        to_change(dictionary);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        return error.what();
    }
    return "none";
}

TEST(ClientConversion, HalfAnAnswerIsAnErrorThatNamesTheKey) {
    for (const char* key : {"kind", "service", "subject", "current", "desired"}) {
        Dictionary dictionary = change_dictionary();
        dictionary.erase(key);
        EXPECT_THAT(complaint(dictionary), HasSubstr("'" + std::string(key) + "' is missing"));
    }
}

TEST(ClientConversion, AnotherTypeIsAnErrorThatNamesTheKey) {
    Dictionary dictionary = change_dictionary();
    dictionary["entries"] = sdbus::Variant(std::uint32_t{12});
    EXPECT_THAT(complaint(dictionary), HasSubstr("'entries' has another type"));
}

TEST(ClientConversion, AKindThatIsUnknownIsNotShownAsSomethingElse) {
    Dictionary dictionary = change_dictionary();
    dictionary["kind"] = sdbus::Variant(std::string("set-quota"));
    EXPECT_THAT(complaint(dictionary), HasSubstr("'set-quota' is unknown"));
}

TEST(ClientConversion, AProvisionKeepsEveryMember) {
    const Dictionary refusal = {{"service", sdbus::Variant(std::string("redis"))},
                                {"subject", sdbus::Variant(std::string("/b/x"))},
                                {"reason", sdbus::Variant(std::string("device: no"))}};
    const Dictionary result = {
        {"change_id", sdbus::Variant(std::string("c1"))},
        {"digest", sdbus::Variant(std::string("d1"))},
        {"applied", sdbus::Variant(std::uint32_t{4'000'000'000})},
        {"unchanged", sdbus::Variant(std::uint32_t{2})},
        {"changes", sdbus::Variant(std::vector<Dictionary>{change_dictionary()})},
        {"refused", sdbus::Variant(std::vector<Dictionary>{refusal})}};
    const ProvisionReport report = to_provision(result);
    EXPECT_EQ(report.change_id, "c1");
    EXPECT_EQ(report.applied, 4'000'000'000u);
    EXPECT_EQ(report.changes, std::vector<Change>{to_change(change_dictionary())});
    EXPECT_EQ(report.refused, (std::vector<Refusal>{{"redis", "/b/x", "device: no"}}));
}

Dictionary alert_dictionary() {
    return {{"subject", sdbus::Variant(std::string("usage.redis"))},
            {"severity", sdbus::Variant(std::string("warning"))},
            {"since", sdbus::Variant(std::uint64_t{7})},
            {"value", sdbus::Variant(81.5)},
            {"threshold", sdbus::Variant(80.0)},
            {"message", sdbus::Variant(std::string("full"))}};
}

TEST(ClientConversion, AStatusNeedsAllItsProperties) {
    Dictionary properties = {
        {"Version", sdbus::Variant(std::string("1"))},
        {"BasePath", sdbus::Variant(std::string("/b"))},
        {"LayoutDigest", sdbus::Variant(std::string("abc"))},
        {"Health", sdbus::Variant(std::string("ok"))},
        {"Alerts", sdbus::Variant(std::vector<Dictionary>{alert_dictionary()})}};
    const Alert alert{"usage.redis", Level::warning, 7, 81.5, 80, "full"};
    EXPECT_EQ(to_status(properties), (ServiceStatus{"1", "/b", "abc", "ok", {alert}}));
    for (const char* name : {"Health", "Alerts"}) {
        auto fewer = properties;
        fewer.erase(name);
        EXPECT_THROW(to_status(fewer), Error) << name;
    }
    auto other = alert_dictionary();
    other["severity"] = sdbus::Variant(std::string("dreadful"));
    EXPECT_THROW(to_alert(other), Error);
}

}  // namespace
}  // namespace jts::hot_storage::client
