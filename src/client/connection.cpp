#include "client/connection.hpp"

#include <systemd/sd-bus.h>

#include "bus/compat.hpp"

namespace jts::hot_storage::client {

namespace {

/// sdbus-c++ has no API for the ALLOW_INTERACTIVE_AUTHORIZATION flag; a message leads to the
/// connection, and sd-bus then sets the flag on every call that is made there.
class PromptingCall : public sdbus::MethodCall {
  public:
    explicit PromptingCall(sdbus::MethodCall call) : sdbus::MethodCall(std::move(call)) {}

    void allow_prompts_on_connection() const {
        auto* bus = sd_bus_message_get_bus(static_cast<sd_bus_message*>(msg_));
        const int result = sd_bus_set_allow_interactive_authorization(bus, 1);
        if (result < 0) throw sdbus::createError(-result, "cannot allow password prompts");
    }
};

std::unique_ptr<sdbus::IConnection> connect(const std::string& host) try {
    return host.empty() ? sdbus::createSystemBusConnection()
                        : sdbus::createRemoteSystemBusConnection(host);
} catch (const sdbus::Error& error) {
    throw no_bus({error.getName(), error.getMessage()}, host);
}

}  // namespace

Dictionary properties_of(sdbus::IProxy& object, const std::string& interface) {
    Dictionary values;
    object.callMethod("GetAll")
        .onInterface("org.freedesktop.DBus.Properties")
        .withArguments(interface)
        .storeResultsTo(values);
    return values;
}

BusConnection::BusConnection(const ClientOptions& options)
    : timeout_(options.timeout),
      host_(options.host),
      bus_(connect(options.host)),
      object_(object_at(RootPath)),
      proxy_(*object_) {
    if (options.allow_prompts && options.host.empty()) allow_prompts();
}

std::unique_ptr<sdbus::IConnection> BusConnection::connect_anew() const {
    return connect(host_);
}

std::unique_ptr<sdbus::IProxy> BusConnection::object_at(const std::string& path) {
    return sdbus::createProxy(*bus_, bus::compat::ServiceName("org.jts.HotStorage1"),
                              bus::compat::ObjectPath(path));
}

void BusConnection::allow_prompts() {
    auto call = object_->createMethodCall(bus::compat::InterfaceName("org.freedesktop.DBus.Peer"),
                                          bus::compat::MethodName("Ping"));
    PromptingCall(std::move(call)).allow_prompts_on_connection();
}

}  // namespace jts::hot_storage::client
