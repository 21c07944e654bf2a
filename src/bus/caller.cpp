#include "bus/caller.hpp"

#include <systemd/sd-bus.h>

#include "bus/compat.hpp"

namespace jts::hot_storage::bus {
namespace {

/// sdbus-c++ has no API for the interactive-authorisation flag; the message underneath has.
struct MessageAccess : sdbus::Message {
    static bool allows_interaction(const sdbus::Message& message) {
        auto* raw = static_cast<sd_bus_message*>(message.*(&MessageAccess::msg_));
        return sd_bus_message_get_allow_interactive_authorization(raw) > 0;
    }
};

}  // namespace

engine::Caller current_caller(const sdbus::IObject& object) {
    const auto& message = compat::current_message(object);
    return {message.getSender(), MessageAccess::allows_interaction(message), true};
}

}  // namespace jts::hot_storage::bus
