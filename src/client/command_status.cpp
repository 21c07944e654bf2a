#include <chrono>
#include <thread>

#include "client/command.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

/// A service that this call has started takes its first look at the host only after it has answered
/// to its name: some milliseconds, for which a person need not see `unknown`.
ServiceStatus status_after_first_look(Service& service) {
    constexpr std::chrono::milliseconds pause{50};
    ServiceStatus status = service.status();
    for (int tries = 20; status.health == "unknown" && tries > 0; --tries) {
        std::this_thread::sleep_for(pause);
        status = service.status();
    }
    return status;
}

Exit run_status(Session& session) {
    const ServiceStatus status = status_after_first_look(session.service());
    if (session.wants_json())
        session.print(status_json(status));
    else
        session.console().data(status_text(status, session.data_style()));
    return Exit::done;
}

}  // namespace

void add_status_command(CLI::App& app, Action& chosen) {
    app.add_subcommand("status", "Show the service's version, base, layout and health")
        ->callback([&chosen] { chosen = run_status; });
}

}  // namespace jts::hot_storage::client
