/// A program that asks for a Provision and never reads the answer: to be killed, or to become
/// another program while it waits. `lone_caller SERVICE [PROGRAM [ARGUMENT…]]`
#include <fcntl.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cstdio>

int main(int count, char** arguments) {
    sd_bus* bus = nullptr;
    sd_bus_message* call = nullptr;
    constexpr const char* name = "org.jts.HotStorage1";
    if (count < 2 || sd_bus_open_system(&bus) < 0 ||
        sd_bus_message_new_method_call(bus, &call, name, "/org/jts/HotStorage1", name,
                                       "Provision") < 0 ||
        sd_bus_message_append(call, "asa{sv}", 1, arguments[1], 0) < 0 ||
        sd_bus_send(bus, call, nullptr) < 0 || sd_bus_flush(bus) < 0)
        return 1;
    // The connection outlives the program that made it.
    const int socket = sd_bus_get_fd(bus);
    ::fcntl(socket, F_SETFD, ::fcntl(socket, F_GETFD) & ~FD_CLOEXEC);
    std::puts("sent");
    std::fflush(stdout);
    if (count > 2) ::execv(arguments[2], arguments + 2);
    ::pause();
    return 1;
}
