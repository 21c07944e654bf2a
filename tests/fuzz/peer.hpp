/// The other end of the service's connection, in its own process and thread: what the bus driver is
/// to the daemon, as far as calls and answers go. No bus is needed, and nothing waits.
#pragma once

#include <sdbus-c++/sdbus-c++.h>
#include <systemd/sd-bus.h>

#include <memory>

namespace jts::hot_storage::fuzz {

using Message = std::unique_ptr<sd_bus_message, decltype(&sd_bus_message_unref)>;

class Peer {
  public:
    Peer();

    sdbus::IConnection& service_end() { return *service_end_; }
    sd_bus* bus() { return bus_; }

    /// Has the service handle the call, and returns its answer. Ends the process where there is
    /// none or more than one. Throws `Unsendable` where sd-bus does not send the call.
    Message call(sd_bus_message* message);

  private:
    void accept_hello(int listener);
    Message next_message();

    sd_bus* bus_ = nullptr;
    std::unique_ptr<sdbus::IConnection> service_end_;
};

}  // namespace jts::hot_storage::fuzz
