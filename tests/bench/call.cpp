/// What calls cost their caller, in turn in one run: the middle and the 99th percentile of each
/// kind's round trips, and the ratio of the middles to the first kind's. Prints JSON.
///
///     bench_call ROUNDS CALLS KIND…
///
/// A user who is not root is given a breath between rounds, for the service's limit of calls a
/// second.

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/bench.hpp"
#include "bench/bus_peer.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr const char* hot_storage = "org.jts.HotStorage1";
constexpr const char* hot_storage_path = "/org/jts/HotStorage1";

Message method(sd_bus* bus, const char* destination, const char* path, const char* interface,
               const char* member) {
    sd_bus_message* message = nullptr;
    succeeded(sd_bus_message_new_method_call(bus, &message, destination, path, interface, member),
              "make a call");
    return Message(message);
}

Message echo_by(sd_bus* bus, const char* name) {
    auto call = method(bus, name, "/", "org.jts.Bench.Echo", "Echo");
    sd_bus_message_append(call.get(), "s", "hello");
    return call;
}

Message echo(sd_bus* bus) {
    return echo_by(bus, "org.jts.Bench.Echo");
}

/// By the same program in the sandbox of our unit.
Message boxed(sd_bus* bus) {
    return echo_by(bus, "org.jts.Bench.Boxed");
}

Message property(sd_bus* bus) {
    auto call =
        method(bus, hot_storage, hot_storage_path, "org.freedesktop.DBus.Properties", "Get");
    sd_bus_message_append(call.get(), "ss", hot_storage, "Health");
    return call;
}

/// Of all services, from the cache where there is a count of the last five minutes.
Message usage(sd_bus* bus) {
    auto call = method(bus, hot_storage, hot_storage_path, hot_storage, "GetUsage");
    sd_bus_message_append(call.get(), "asa{sv}", 0, 0);
    return call;
}

Message provision(sd_bus* bus) {
    auto call = method(bus, hot_storage, hot_storage_path, hot_storage, "Provision");
    sd_bus_message_append(call.get(), "asa{sv}", 0, 0);
    return call;
}

Message layout(sd_bus* bus) {
    auto call = method(bus, hot_storage, hot_storage_path, hot_storage, "GetLayout");
    sd_bus_message_append(call.get(), "a{sv}", 0);
    return call;
}

/// What polkit's own round trip takes, about the caller itself, as anybody may ask.
Message polkit(sd_bus* bus) {
    auto call = method(bus, "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
                       "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization");
    const char* self = nullptr;
    succeeded(sd_bus_get_unique_name(bus, &self), "tell the own name");
    sd_bus_message_append(call.get(), "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s", self,
                          "org.jts.hotstorage1.read", 0, 0, "");
    return call;
}

Message snapper(sd_bus* bus) {
    return method(bus, "org.opensuse.Snapper", "/org/opensuse/Snapper", "org.opensuse.Snapper",
                  "ListConfigs");
}

const std::map<std::string, std::function<Message(sd_bus*)>> kinds{
    {"echo", echo},     {"boxed", boxed},   {"property", property},   {"usage", usage},
    {"layout", layout}, {"polkit", polkit}, {"provision", provision}, {"snapper", snapper}};

/// Microseconds until the answer is there. An error is no answer.
double round_trip(sd_bus* bus, Message call) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message* reply = nullptr;
    const double taken = seconds([&] { sd_bus_call(bus, call.get(), 60'000'000, &error, &reply); });
    const Message owner(reply);
    if (sd_bus_error_is_set(&error) != 0)
        throw std::runtime_error(std::string(error.name) + ": " + error.message);
    return taken * 1e6;
}

struct Kind {
    std::string name;
    Ratios all;     ///< every call's microseconds
    Ratios ratios;  ///< each round's middle to the first kind's
};

void run(int rounds, int calls, std::vector<Kind> measured) {
    const Bus bus = open_system_bus();
    for (int round = 0; round < rounds; ++round) {
        double first = 0;
        for (Kind& kind : measured) {
            Ratios taken;
            for (int i = 0; i < calls; ++i)
                taken.values.push_back(round_trip(bus.get(), kinds.at(kind.name)(bus.get())));
            if (first == 0) first = taken.median();
            kind.ratios.values.push_back(taken.median() / first);
            kind.all.values.insert(kind.all.values.end(), taken.values.begin(), taken.values.end());
        }
        if (::getuid() != 0) std::this_thread::sleep_for(std::chrono::milliseconds(calls * 10));
    }
    nlohmann::ordered_json answer;
    for (const Kind& kind : measured)
        answer[kind.name] = {{"p50_usec", kind.all.median()},
                             {"p99_usec", kind.all.at(0.99)},
                             {"ratio", kind.ratios.median()},
                             {"spread", {kind.ratios.lowest(), kind.ratios.highest()}}};
    std::printf("%s\n", answer.dump().c_str());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) try {
    using namespace jts::hot_storage::test;
    std::vector<Kind> measured;
    for (int i = 3; i < argc; ++i) measured.push_back({argv[i], {}, {}});
    if (measured.empty()) {
        std::fputs("usage: bench_call ROUNDS CALLS KIND…\n", stderr);
        return 2;
    }
    run(std::atoi(argv[1]), std::atoi(argv[2]), std::move(measured));
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench_call: %s\n", error.what());
    return 1;
}
