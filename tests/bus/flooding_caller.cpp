/// A program that asks for Provisions as fast as it can and wants no answer to any.
/// `flooding_caller CALLS`
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace {

bool send_one(sd_bus* bus) {
    constexpr const char* name = "org.jts.HotStorage1";
    sd_bus_message* call = nullptr;
    const bool sent = sd_bus_message_new_method_call(bus, &call, name, "/org/jts/HotStorage1", name,
                                                     "Provision") >= 0 &&
                      sd_bus_message_set_expect_reply(call, 0) >= 0 &&
                      sd_bus_message_append(call, "asa{sv}", 0, 0) >= 0 &&
                      sd_bus_send(bus, call, nullptr) >= 0;
    sd_bus_message_unref(call);
    return sent;
}

}  // namespace

int main(int count, char** arguments) {
    sd_bus* bus = nullptr;
    if (count != 2 || sd_bus_open_system(&bus) < 0) return 1;
    for (int left = std::atoi(arguments[1]); left > 0; --left) {
        if (!send_one(bus) || sd_bus_flush(bus) < 0) return 1;
    }
    // The call after the last: whatever was sent before has arrived.
    sd_bus_message* reply = nullptr;
    const int result =
        sd_bus_call_method(bus, "org.jts.HotStorage1", "/org/jts/HotStorage1",
                           "org.freedesktop.DBus.Peer", "Ping", nullptr, &reply, nullptr);
    sd_bus_message_unref(reply);
    if (result < 0) return 1;
    std::puts("sent");
    std::fflush(stdout);
    ::pause();  // whoever left would not be asked about
    return 1;
}
