/// The system bus as a benchmark's caller sees it: sd-bus itself, so that what is measured is the
/// other side.
#pragma once

#include <systemd/sd-bus.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

namespace jts::hot_storage::test {

struct Unref {
    void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Bus = std::unique_ptr<sd_bus, Unref>;
using Message = std::unique_ptr<sd_bus_message, Unref>;

inline int succeeded(int result, const std::string& what) {
    if (result < 0) throw std::system_error(-result, std::generic_category(), what);
    return result;
}

inline Bus open_system_bus() {
    sd_bus* bus = nullptr;
    succeeded(sd_bus_open_system(&bus), "connect to the system bus");
    return Bus(bus);
}

}  // namespace jts::hot_storage::test
