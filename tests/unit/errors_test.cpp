#include <gtest/gtest.h>

#include <set>

#include "jts/hot_storage/error.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {
namespace {

struct Named {
    ErrorCode code;
    std::string_view name;
};

// The names that docs/contract.md promises, written out.
constexpr Named promised[] = {
    {ErrorCode::invalid_args, "org.freedesktop.DBus.Error.InvalidArgs"},
    {ErrorCode::access_denied, "org.freedesktop.DBus.Error.AccessDenied"},
    {ErrorCode::interactive_required,
     "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"},
    {ErrorCode::limits_exceeded, "org.freedesktop.DBus.Error.LimitsExceeded"},
    {ErrorCode::not_supported, "org.freedesktop.DBus.Error.NotSupported"},
    {ErrorCode::unknown_service, "org.jts.HotStorage1.Error.UnknownService"},
    {ErrorCode::invalid_layout, "org.jts.HotStorage1.Error.InvalidLayout"},
    {ErrorCode::unsafe_path, "org.jts.HotStorage1.Error.UnsafePath"},
    {ErrorCode::account_conflict, "org.jts.HotStorage1.Error.AccountConflict"},
    {ErrorCode::plan_stale, "org.jts.HotStorage1.Error.PlanStale"},
    {ErrorCode::busy, "org.jts.HotStorage1.Error.Busy"},
    {ErrorCode::no_space, "org.jts.HotStorage1.Error.NoSpace"},
    {ErrorCode::cancelled, "org.jts.HotStorage1.Error.Cancelled"},
    {ErrorCode::rolled_back, "org.jts.HotStorage1.Error.RolledBack"},
    {ErrorCode::partial, "org.jts.HotStorage1.Error.Partial"},
    {ErrorCode::recovery_pending, "org.jts.HotStorage1.Error.RecoveryPending"},
    {ErrorCode::service_unreachable, "org.freedesktop.DBus.Error.ServiceUnknown"},
    {ErrorCode::timed_out, "org.freedesktop.DBus.Error.NoReply"},
    {ErrorCode::failed, "org.jts.HotStorage1.Error.Failed"},
};

TEST(BusErrorNames, AreThoseThatTheContractPromises) {
    for (const auto& [code, name] : promised) {
        EXPECT_EQ(bus_error_name(code), name);
        EXPECT_EQ(error_code_from_bus_name(name), code) << name;
    }
}

TEST(BusErrorNames, ExistForEveryCodeAndDiffer) {
    std::set<std::string_view> names;
    constexpr auto last = static_cast<int>(ErrorCode::failed);
    for (int code = 0; code <= last; ++code)
        names.insert(bus_error_name(static_cast<ErrorCode>(code)));
    EXPECT_EQ(names.size(), last + 1u);
}

TEST(BusErrorNames, ThatTheBusItselfSendsMeanThatNobodyAnswers) {
    for (const auto name :
         {"org.freedesktop.DBus.Error.NameHasNoOwner", "org.freedesktop.DBus.Error.Disconnected",
          "org.freedesktop.DBus.Error.NoServer", "org.freedesktop.DBus.Error.Spawn.ChildExited",
          "org.freedesktop.DBus.Error.Spawn.ServiceNotFound"})
        EXPECT_EQ(error_code_from_bus_name(name), ErrorCode::service_unreachable) << name;
    for (const auto name :
         {"org.freedesktop.DBus.Error.Timeout", "org.freedesktop.DBus.Error.TimedOut"})
        EXPECT_EQ(error_code_from_bus_name(name), ErrorCode::timed_out) << name;
}

TEST(BusErrorNames, OfOthersAreNotTakenForOurs) {
    for (const auto name : {"", "org.jts.HotStorage1.Error.", "org.jts.HotStorage1.Error.Faile",
                            "org.freedesktop.DBus.Error.Spawn", "org.freedesktop.DBus.Error.Failed",
                            "org.jts.HotStorage1.Error.FailedX"})
        EXPECT_EQ(error_code_from_bus_name(name), std::nullopt) << name;
}

TEST(ChangeKinds, HaveTheNamesThatTheContractPromises) {
    EXPECT_EQ(to_string(ChangeKind::create_group), "create-group");
    EXPECT_EQ(to_string(ChangeKind::create_user), "create-user");
    EXPECT_EQ(to_string(ChangeKind::create_directory), "create-directory");
    EXPECT_EQ(to_string(ChangeKind::set_owner), "set-owner");
    EXPECT_EQ(to_string(ChangeKind::set_mode), "set-mode");
    EXPECT_EQ(to_string(ChangeKind::set_acl), "set-acl");
    EXPECT_EQ(to_string(ChangeKind::set_owner_below), "set-owner-below");
}

}  // namespace
}  // namespace jts::hot_storage
