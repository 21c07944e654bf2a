#include "fuzz/peer.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include "fuzz/call_text.hpp"
#include "fuzz/require.hpp"

namespace jts::hot_storage::fuzz {
namespace {

/// Abstract, so that nothing is left behind; of this process alone by its name.
std::string socket_name() {
    return "jts-fuzz-" + std::to_string(::getpid());
}

int listen_for_service() {
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto name = socket_name();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), length) == 0);
    REQUIRE(::listen(listener, 1) == 0);
    return listener;
}

/// sd-bus' own server side; the service's end takes it for the bus driver.
sd_bus* serve(int fd) {
    sd_bus* bus = nullptr;
    sd_id128_t id{};
    REQUIRE(sd_bus_new(&bus) >= 0 && sd_id128_randomize(&id) >= 0);
    REQUIRE(sd_bus_set_fd(bus, fd, fd) >= 0 && sd_bus_set_server(bus, 1, id) >= 0);
    REQUIRE(sd_bus_negotiate_fds(bus, 1) >= 0 && sd_bus_start(bus) >= 0);
    return bus;
}

void answer_hello(sd_bus* bus) {
    for (;;) {
        sd_bus_message* message = nullptr;
        REQUIRE(sd_bus_process(bus, &message) >= 0);
        const Message hello(message, sd_bus_message_unref);
        if (!hello) {
            REQUIRE(sd_bus_wait(bus, 10'000'000) > 0);
        } else if (sd_bus_message_is_method_call(message, "org.freedesktop.DBus", "Hello") > 0) {
            REQUIRE(sd_bus_reply_method_return(message, "s", ":1.1") >= 0);
            REQUIRE(sd_bus_flush(bus) >= 0);
            return;
        }
    }
}

/// libsystemd writes such a message and does not read it; a bus, in whose place this is, lets it
/// not through: a structure without members is none (D-Bus specification, "Container types").
bool has_empty_structure(sd_bus_message* message) {
    const std::string_view signature = sd_bus_message_get_signature(message, 1);
    return signature.find("()") != std::string_view::npos;
}

}  // namespace

Peer::Peer() {
    const int listener = listen_for_service();
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:abstract=" + socket_name()).c_str(), 1);
    std::thread driver([&] { accept_hello(listener); });
    service_end_ = sdbus::createSystemBusConnection();
    driver.join();
    ::close(listener);
}

void Peer::accept_hello(int listener) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    REQUIRE(fd >= 0);
    bus_ = serve(fd);
    answer_hello(bus_);
}

Message Peer::next_message() {
    sd_bus_message* message = nullptr;
    while (message == nullptr) {
        const int progress = sd_bus_process(bus_, &message);
        REQUIRE(progress >= 0);
        if (progress == 0) break;
    }
    return {message, sd_bus_message_unref};
}

Message Peer::call(sd_bus_message* message) {
    std::uint64_t cookie = 0;
    if (has_empty_structure(message)) throw Unsendable{};
    if (sd_bus_message_set_sender(message, ":1.7") < 0 || sd_bus_send(bus_, message, &cookie) < 0)
        throw Unsendable{};
    while (service_end_->processPendingRequest()) {
    }
    Message answer(nullptr, sd_bus_message_unref);
    while (auto next = next_message()) {
        std::uint64_t answered = 0;
        if (sd_bus_message_get_reply_cookie(next.get(), &answered) < 0) continue;
        REQUIRE(answered == cookie && !answer);
        answer = std::move(next);
    }
    REQUIRE(answer != nullptr);
    return answer;
}

}  // namespace jts::hot_storage::fuzz
