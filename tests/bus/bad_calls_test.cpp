/// T20: calls that no well-meaning client sends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* invalid_args = "org.freedesktop.DBus.Error.InvalidArgs";

struct BadCall {
    std::string title;
    Fill fill;
};

/// The empty services that come before the options of Plan and Provision.
void no_services(sd_bus_message* message) {
    sd_bus_message_append(message, "as", 0);
}

Fill one_option(const std::string& key, const std::function<void(sd_bus_message*)>& value) {
    return [=](sd_bus_message* message) {
        no_services(message);
        sd_bus_message_open_container(message, 'a', "{sv}");
        sd_bus_message_open_container(message, 'e', "sv");
        sd_bus_message_append(message, "s", key.c_str());
        value(message);
        sd_bus_message_close_container(message);
        sd_bus_message_close_container(message);
    };
}

Fill string_option(const std::string& key, const std::string& value) {
    return one_option(
        key, [=](sd_bus_message* call) { sd_bus_message_append(call, "v", "s", value.c_str()); });
}

/// A variant in a variant in a variant …
void deep_variant(sd_bus_message* message) {
    constexpr int depth = 24;
    for (int i = 0; i < depth; ++i) sd_bus_message_open_container(message, 'v', "v");
    sd_bus_message_append(message, "v", "s", "bottom");
    for (int i = 0; i < depth; ++i) sd_bus_message_close_container(message);
}

void a_descriptor(sd_bus_message* message) {
    sd_bus_message_append(message, "v", "h", STDERR_FILENO);
}

void many_options(sd_bus_message* message) {
    no_services(message);
    sd_bus_message_open_container(message, 'a', "{sv}");
    for (int i = 0; i < 2000; ++i) {
        sd_bus_message_append(message, "{sv}", std::to_string(i).c_str(), "u", 1u);
    }
    sd_bus_message_close_container(message);
}

std::vector<std::string> hostile_names() {
    return {"",
            ".",
            "..",
            "/",
            "/etc/passwd",
            "redis/../..",
            "redis\n",
            "redis ",
            "Redis",
            "1redis",
            "\x1b[2J",
            "r\xc3\xa9"
            "dis",
            "redis;reboot",
            "$(reboot)",
            "%n%n%s",
            "@redis",
            std::string(32, 'a'),
            std::string(70'000, 'a'),
            std::string(1 << 20, 'a')};
}

std::vector<BadCall> bad_calls() {
    std::vector<BadCall> calls = {
        {"no arguments", [](sd_bus_message*) {}},
        {"a text for the services",
         [](sd_bus_message* call) { sd_bus_message_append(call, "sa{sv}", "redis", 0); }},
        {"services and nothing else", no_services},
        {"options of text",
         [](sd_bus_message* call) { sd_bus_message_append(call, "asa{ss}", 0, 1, "a", "b"); }},
        {"one argument too many",
         [](sd_bus_message* call) { sd_bus_message_append(call, "asa{sv}u", 0, 0, 1u); }},
        {"numbers for names",
         [](sd_bus_message* call) { sd_bus_message_append(call, "aua{sv}", 1, 1u, 0); }},
        {"many names", services(std::vector<std::string>(5000, "redis"))},
        {"2,000 options", many_options},
        {"an unknown option", string_option("force", "yes")},
        {"an option without a name", string_option("", "")},
        {"an option with a hostile name", string_option("\x1b]0;x\x07", "")},
        {"an option with a name of 1 MB", string_option(std::string(1 << 20, 'k'), "")},
        {"a digest in capitals", string_option("plan_digest", std::string(64, 'A'))},
        {"a digest that is too short", string_option("plan_digest", "abc")},
        {"a digest of 1 MB", string_option("plan_digest", std::string(1 << 20, 'a'))},
        {"a number for a digest",
         one_option("plan_digest",
                    [](sd_bus_message* call) { sd_bus_message_append(call, "v", "u", 1u); })},
        {"a deep variant", one_option("plan_digest", deep_variant)},
        {"a descriptor", one_option("plan_digest", a_descriptor)},
    };
    for (const auto& name : hostile_names()) {
        calls.push_back({"service \"" + name.substr(0, 20) + "\"", services({name})});
    }
    return calls;
}

class BadCalls : public ::testing::Test {
  protected:
    BadCalls() { host_.start_daemon(); }
    BusHost host_;
};

TEST_F(BadCalls, T20_EachIsInvalidArgsBeforePolkitIsAskedAndTheDaemonLivesOn) {
    const auto pid = host_.daemon().pid();
    ASSERT_TRUE(host_.plan().ok());
    const auto files = settled_descriptors(pid);
    int sent = 0;
    for (int round = 0; round < 14; ++round) {
        Caller pat(World::pat);
        for (const auto& bad : bad_calls()) {
            for (const char* member : {"Plan", "Provision"}) {
                const auto answer = pat.call({.member = member, .fill = bad.fill});
                ASSERT_EQ(answer.error, invalid_args) << member << " with " << bad.title;
                ASSERT_LT(answer.message.size(), 500u) << member << " with " << bad.title;
                ++sent;
            }
        }
    }
    EXPECT_GE(sent, 1000);
    EXPECT_THAT(host_.polkit.questions(), IsEmpty());
    EXPECT_FALSE(fs::exists(BusHost::base));
    EXPECT_TRUE(host_.plan().ok());
    EXPECT_TRUE(host_.daemon().runs());
    EXPECT_EQ(host_.daemon().pid(), pid);
    EXPECT_LE(descriptors_down_to(files, pid), files);
}

TEST_F(BadCalls, T20_AMessageNeverRepeatsControlCharacters) {
    for (const auto& bad : bad_calls()) {
        const auto answer = host_.call(World::pat, {.member = "Plan", .fill = bad.fill});
        EXPECT_TRUE(std::none_of(answer.message.begin(), answer.message.end(), [](char c) {
            return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
        })) << bad.title;
    }
}

TEST_F(BadCalls, AMistakeIsNamed) {
    const auto message = [&](Fill fill) {
        return host_.call(World::pat, {.member = "Provision", .fill = std::move(fill)}).message;
    };
    EXPECT_THAT(message(string_option("force", "yes")), HasSubstr("\"force\""));
    EXPECT_THAT(message(services({"Redis"})), HasSubstr("\"Redis\""));
    EXPECT_THAT(message(one_option(
                    "plan_digest",
                    [](sd_bus_message* call) { sd_bus_message_append(call, "v", "u", 1u); })),
                HasSubstr("plan_digest has type u"));
}

TEST_F(BadCalls, AServiceNamedTwiceIsThatService) {
    const auto once = host_.plan({"redis"});
    const auto twice = host_.plan({"redis", "redis"});
    ASSERT_TRUE(once.ok());
    EXPECT_EQ(twice.values, once.values);
}

TEST_F(BadCalls, WhatIsNotThereIsAnErrorOfTheBus) {
    const auto error = [&](const std::string& path, const std::string& interface,
                           const std::string& member) {
        return host_.call(0, {.member = member, .interface = interface, .path = path}).error;
    };
    EXPECT_EQ(error("/org/jts/HotStorage1", "org.jts.HotStorage1", "Destroy"),
              "org.freedesktop.DBus.Error.UnknownMethod");
    EXPECT_EQ(error("/org/jts/HotStorage1", "org.jts.HotStorage2", "Plan"),
              "org.freedesktop.DBus.Error.UnknownMethod");
    EXPECT_EQ(error("/etc/passwd", "org.jts.HotStorage1", "Plan"),
              "org.freedesktop.DBus.Error.UnknownObject");
}

}  // namespace
}  // namespace jts::hot_storage::test
