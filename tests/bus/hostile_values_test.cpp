/// T20: every method that the live objects have, with extreme values of every type in every place,
/// while polkit allows everything (T19).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "bus/introspection.hpp"
#include "bus/tree_look.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

namespace fs = std::filesystem;

/// Appends one complete value of the type that it is listed under.
using Values = std::map<std::string, std::vector<Fill>>;

template <typename... Parts>
Fill value(Parts... parts) {
    return [=](sd_bus_message* message) { sd_bus_message_append(message, parts...); };
}

std::vector<std::string> texts() {
    return {"",
            ".",
            "..",
            "/",
            "redis/../kafka",
            "redis\n",
            "%n%n%s",
            "\x1b[2J",
            "$(reboot)",
            "@redis",
            "org.jts.HotStorage1",
            "redis",
            "full",
            "idle",
            "\xf0\x9f\x92\xbe",
            "-1"};
}

std::vector<Fill> text_values(const std::string& signature) {
    std::vector<Fill> values;
    auto all = texts();
    for (const std::size_t size : {64u, 255u, 65'537u, 1u << 20}) all.emplace_back(size, 'a');
    for (const auto& text : all) {
        values.push_back([=](sd_bus_message* message) {
            if (signature == "v") sd_bus_message_append(message, "v", "s", text.c_str());
            if (signature == "s") sd_bus_message_append(message, "s", text.c_str());
            if (signature == "as") sd_bus_message_append(message, "as", 1, text.c_str());
        });
    }
    return values;
}

/// One of each type that a variant can hold, extreme where it has an extreme.
std::vector<Fill> variants() {
    auto values = text_values("v");
    for (const auto number : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 63,
                              std::numeric_limits<std::uint64_t>::max()})
        values.push_back(value("v", "t", number));
    for (const auto number :
         {std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(), std::int64_t{1}})
        values.push_back(value("v", "x", number));
    for (const double number : {0.0, -1e308, HUGE_VAL, std::nan("")})
        values.push_back(value("v", "d", number));
    values.insert(values.end(),
                  {value("v", "y", 255), value("v", "b", 1), value("v", "n", -1),
                   value("v", "q", 65535), value("v", "i", -1), value("v", "u", 4294967295u),
                   value("v", "o", "/"), value("v", "g", "a{sv}"), value("v", "h", STDERR_FILENO),
                   value("v", "as", 0), value("v", "ay", 0), value("v", "a{sv}", 0),
                   value("v", "v", "v", "s", "deep"), value("v", "(sv)", "a", "s", "b")});
    return values;
}

/// Every variant under every key that any method knows, and under some that none does.
std::vector<Fill> dictionaries() {
    std::vector<Fill> values{value("a{sv}", 0)};
    for (const char* key :
         {"wait", "max_age", "priority", "top", "plan_digest", "write_probe", "force", ""})
        for (const auto& variant : variants()) {
            values.push_back([=](sd_bus_message* message) {
                sd_bus_message_open_container(message, 'a', "{sv}");
                sd_bus_message_open_container(message, 'e', "sv");
                sd_bus_message_append(message, "s", key);
                variant(message);
                sd_bus_message_close_container(message);
                sd_bus_message_close_container(message);
            });
        }
    return values;
}

std::vector<Fill> numbers(const char* type) {
    std::vector<Fill> values;
    for (const auto number : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 31,
                              std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()})
        values.push_back(value(type, number));
    return values;
}

Values values_by_type() {
    auto lists = text_values("as");
    for (const std::size_t count : {2u, 5000u, 70'000u})
        lists.push_back([=](sd_bus_message* message) {
            sd_bus_message_open_container(message, 'a', "s");
            for (std::size_t i = 0; i < count; ++i) sd_bus_message_append(message, "s", "redis");
            sd_bus_message_close_container(message);
        });
    return {{"s", text_values("s")},
            {"as", lists},
            {"v", variants()},
            {"a{sv}", dictionaries()},
            {"t", numbers("t")}};
}

class HostileValues : public ::testing::Test {
  protected:
    HostileValues() {
        host_.start_daemon();
        EXPECT_TRUE(host_.provision({"redis"}).ok());
        leave_a_job();
        Caller root;
        const auto tree = introspect(root);
        methods_ = tree.methods;
        for (const auto& method : tree.standard_methods)
            if (method.path == "/org/jts/HotStorage1") methods_.push_back(method);
    }

    /// Root's: a user's own earlier ones give way to later ones.
    void leave_a_job() {
        const auto fill =
            services_and_options({}, {{"max_age", std::uint64_t{0}}, {"wait", std::uint64_t{0}}});
        EXPECT_EQ(host_.call(0, {.member = "GetUsage", .fill = fill}).error,
                  "org.jts.HotStorage1.Error.StillRunning");
    }

    /// Each value in each place, with nothing special in the others.
    void sweep(Caller& caller, const MethodSignature& method) {
        for (std::size_t place = 0; place < method.in.size(); ++place)
            for (const auto& extreme : values_.at(method.in[place].type))
                send(caller, method, [&](sd_bus_message* message) {
                    for (std::size_t i = 0; i < method.in.size(); ++i)
                        i == place ? extreme(message) : default_arguments({method.in[i]})(message);
                });
        // Of every type where another belongs, and one argument too many.
        for (const auto& [type, values] : values_) send(caller, method, values.front());
        for (const auto& of_type : values_)
            send(caller, method, [&](sd_bus_message* message) {
                default_arguments(method.in)(message);
                of_type.second.back()(message);
            });
    }

    void send(Caller& caller, const MethodSignature& method, const Fill& fill) {
        const auto answer = caller.call({.member = method.name,
                                         .fill = fill,
                                         .interface = method.interface,
                                         .path = method.path});
        ++errors_[answer.error];
        // D-Bus' own library repeats what it was asked for, to whoever asked.
        if (method.interface.starts_with("org.freedesktop.")) return;
        EXPECT_LT(answer.message.size(), 500u) << method.name;
        EXPECT_TRUE(std::none_of(answer.message.begin(), answer.message.end(), [](char c) {
            return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
        })) << method.name;
    }

    static std::map<std::string, std::string> outside() {
        auto picture = picture_of("/usr/share");
        for (const char* root : {"/mnt/beside", "/mnt/jts/hot/stranger", "/etc/jts-hot-storage"})
            picture.merge(picture_of(root));
        return picture;
    }

    BusHost host_;
    const Values values_ = values_by_type();
    std::vector<MethodSignature> methods_;
    std::map<std::string, int> errors_;
};

TEST_F(HostileValues, T19_T20_EveryMethodStandsExtremeValuesAndStaysWithinTheLayout) {
    for (const char* path : {"/mnt/beside", "/mnt/jts/hot/stranger"}) {
        fs::create_directories(path);
        ASSERT_EQ(::chown(path, World::pat, World::pat), 0);
    }
    const auto before = outside();
    const auto descriptors = settled_descriptors(host_.daemon().pid());
    Caller pat(World::pat);
    for (const auto& method : methods_) {
        SCOPED_TRACE(method.interface + "." + method.name);
        sweep(pat, method);
    }
    int sent = 0;
    for (const auto& [error, count] : errors_) {
        std::printf("%5d %s\n", count, error.empty() ? "answered" : error.c_str());
        sent += count;
    }
    std::printf("%d calls of %zu methods\n", sent, methods_.size());
    EXPECT_GE(sent, 1000);
    const std::set<std::string> documented = {
        "",
        "org.freedesktop.DBus.Error.AccessDenied",  // Properties.Set, by the bus itself
        "org.freedesktop.DBus.Error.InvalidArgs",
        "org.freedesktop.DBus.Error.LimitsExceeded",
        "org.freedesktop.DBus.Error.UnknownInterface",
        "org.freedesktop.DBus.Error.UnknownProperty",
        "org.jts.HotStorage1.Error.NotFound",
        "org.jts.HotStorage1.Error.PlanStale",
        "org.jts.HotStorage1.Error.StillRunning",
        "org.jts.HotStorage1.Error.UnknownService",
    };
    for (const auto& [error, count] : errors_) EXPECT_TRUE(documented.contains(error)) << error;
    EXPECT_EQ(outside(), before);
    EXPECT_TRUE(host_.plan().ok());
    EXPECT_LE(descriptors_down_to(descriptors, host_.daemon().pid()), descriptors);
}

}  // namespace
}  // namespace jts::hot_storage::test
