/// jts-hot-storaged: wiring only.
#include <spdlog/spdlog.h>

#include <cstdio>

#include "bus/compat.hpp"
#include "bus/log_control.hpp"
#include "bus/polkit_authorizer.hpp"
#include "bus/service.hpp"
#include "bus/systemd_units.hpp"
#include "daemon/shutdown.hpp"
#include "engine/accounts_unit.hpp"
#include "sys/self_test.hpp"

namespace {

using namespace jts::hot_storage;

/// The service starts all the same: reads may need nothing of it, and a change that does fails by
/// itself, with the system's words.
void tell_lacks() {
    for (const auto& lack : sys::self_test()) {
        spdlog::error("self-test: {} is missing; {} in the unit gives it; without it {}", lack.what,
                      lack.giver, lack.without);
    }
}

void run() {
    block_end_signals();
    bus::set_log_target("journal");
    tell_lacks();
    const auto connection = sdbus::createSystemBusConnection();
    bus::EventLoop loop(*connection);
    bus::SystemdUnits units(loop);
    engine::AccountsUnit accounts(units);
    bus::PolkitAuthorizer authorizer(*connection);
    bus::Service service(loop, accounts, units, authorizer);
    bus::LogControl log_control(*connection);

    // The name last among what is quick, and before anything slow: activation waits for it.
    connection->requestName(bus::compat::ServiceName(bus::bus_name));
    service.begin();
    // From here on, since from here on there is a loop to leave and nothing new to submit.
    const Shutdown shutdown([&] {
        // Workers first, while the loop still carries their last calls and answers.
        service.shut_down();
        loop.leave();
    });
    spdlog::info("ready");
    loop.run();
}

}  // namespace

int main(int argc, char**) try {
    if (argc > 1) {
        std::fputs("jts-hot-storaged takes no arguments; it is started by the bus or by systemd\n",
                   stderr);
        return 2;
    }
    run();
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "jts-hot-storaged: %s\n", error.what());
    return 1;
}
