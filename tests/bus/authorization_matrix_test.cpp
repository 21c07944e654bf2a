/// Who may call what: every method and property that the live objects have, times every kind of
/// caller.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "bus/introspection.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

using Verdict = ScriptedPolkit::Verdict;
using Question = ScriptedPolkit::Question;

constexpr const char* access_denied = "org.freedesktop.DBus.Error.AccessDenied";
constexpr const char* needs_interaction =
    "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";

/// The contract's table. A method that is not in it fails the matrix.
const std::map<std::string, std::string> actions = {
    {"GetLayout", "org.jts.hotstorage1.read"}, {"GetUsage", "org.jts.hotstorage1.read"},
    {"Plan", "org.jts.hotstorage1.read"},      {"Provision", "org.jts.hotstorage1.provision"},
    {"Validate", "org.jts.hotstorage1.read"},
};

class AuthorizationMatrix : public ::testing::Test {
  protected:
    AuthorizationMatrix() {
        host_.start_daemon();
        Caller root;
        tree_ = introspect(root);
    }

    /// Calls every method as that user.
    void each_method(uid_t uid, const std::function<void(const MethodSignature&, Answer)>& check) {
        for (const auto& method : tree_.methods) {
            SCOPED_TRACE(method.interface + "." + method.name + " as uid " + std::to_string(uid));
            host_.polkit.forget_questions();
            check(method, host_.call(uid, call_of(method)));
        }
    }

    void expect_all_denied(uid_t uid, const std::string& error) {
        each_method(uid, [&](const MethodSignature&, const Answer& answer) {
            EXPECT_EQ(answer.error, error) << answer.message;
            EXPECT_EQ(answer.values, nullptr);
        });
        expect_untouched();
    }

    void expect_untouched() {
        EXPECT_FALSE(std::filesystem::exists("/mnt/jts"));
        EXPECT_THAT(host_.systemd.started(), ::testing::IsEmpty());
    }

    static Call call_of(const MethodSignature& method) {
        return {.member = method.name,
                .fill = default_arguments(method.in),
                .interface = method.interface,
                .path = method.path};
    }

    BusHost host_;
    ObjectTree tree_;
};

TEST_F(AuthorizationMatrix, T15_EveryMethodOfTheLiveObjectsIsInTheContractsTable) {
    std::vector<std::string> names;
    for (const auto& method : tree_.methods) names.push_back(method.name);
    std::vector<std::string> expected;
    for (const auto& [name, action] : actions) expected.push_back(name);
    EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(expected));
}

TEST_F(AuthorizationMatrix, T15_EveryMethodAsksPolkitForItsOwnActionFirst) {
    each_method(World::olga, [&](const MethodSignature& method, const Answer& answer) {
        EXPECT_TRUE(answer.ok()) << answer.error << ": " << answer.message;
        const auto questions = host_.polkit.questions();
        ASSERT_FALSE(questions.empty());
        EXPECT_EQ(questions.front().action, actions.at(method.name));
        EXPECT_EQ(questions.front().uid, World::olga);
    });
}

TEST_F(AuthorizationMatrix, T15_ANoFromPolkitRefusesEveryMethod) {
    host_.polkit.decide(Verdict::no);
    expect_all_denied(World::pat, access_denied);
}

TEST_F(AuthorizationMatrix, EveryMethodTellsAUserWithoutAPromptThatPolkitWouldAsk) {
    host_.polkit.decide(Verdict::challenge);
    expect_all_denied(World::pat, needs_interaction);
}

TEST_F(AuthorizationMatrix, T18_AUserIdBeyondTheSignedRangeIsAUserLikeAnyOther) {
    host_.polkit.decide(Verdict::no);
    expect_all_denied(World::beyond, access_denied);
    EXPECT_EQ(host_.polkit.questions().front().uid, World::beyond);

    host_.polkit.decide(Verdict::yes);
    each_method(World::beyond, [](const MethodSignature&, const Answer& answer) {
        EXPECT_TRUE(answer.ok()) << answer.error << ": " << answer.message;
    });
}

TEST_F(AuthorizationMatrix, T25_AnErrorFromPolkitRefusesEveryMethod) {
    host_.polkit.decide(Verdict::error);
    expect_all_denied(World::olga, access_denied);
}

TEST_F(AuthorizationMatrix, T25_WithoutPolkitOnTheBusEveryMethodIsRefused) {
    host_.polkit.vanish();
    expect_all_denied(World::olga, access_denied);
}

TEST_F(AuthorizationMatrix, RootNeedsNoPolkit) {
    host_.polkit.vanish();
    each_method(0, [](const MethodSignature&, const Answer& answer) {
        EXPECT_TRUE(answer.ok()) << answer.error << ": " << answer.message;
    });
}

TEST_F(AuthorizationMatrix, T14_NothingIsDoneForACallerWhoLeftWhilePolkitWasAsked) {
    host_.polkit.decide(Verdict::hold);
    for (const auto& method : tree_.methods) {
        SCOPED_TRACE(method.name);
        {
            Caller leaver(World::olga);
            leaver.send(call_of(method));
            ASSERT_TRUE(host_.polkit.wait_for_held(1));
        }
        host_.polkit.answer_held({Verdict::yes});
    }
    // A call that came later is answered later: what the leavers wanted would have been done.
    host_.polkit.decide(Verdict::yes);
    EXPECT_TRUE(host_.call(World::olga, {.member = "Plan", .fill = services({})}).ok());
    expect_untouched();
}

TEST_F(AuthorizationMatrix, T46_NobodyButRootSetsAnyProperty) {
    ASSERT_FALSE(tree_.properties.empty());
    for (const auto& property : tree_.properties) {
        const auto set = [&](sd_bus_message* message) {
            sd_bus_message_append(message, "ssv", property.interface.c_str(), property.name.c_str(),
                                  "s", "debug");
        };
        for (const uid_t uid : {World::olga, World::pat, World::nobody}) {
            SCOPED_TRACE(property.interface + "." + property.name + " as " + std::to_string(uid));
            const auto answer = host_.call(uid, {.member = "Set",
                                                 .fill = set,
                                                 .interface = "org.freedesktop.DBus.Properties",
                                                 .path = property.path});
            EXPECT_EQ(answer.error, access_denied);
        }
    }
}

TEST_F(AuthorizationMatrix, EveryPropertyOfTheServiceIsPublic) {
    host_.polkit.vanish();
    for (const auto& property : tree_.properties) {
        if (property.interface != "org.jts.HotStorage1") continue;
        EXPECT_TRUE(host_.property(property.name).is_string()) << property.name;
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
