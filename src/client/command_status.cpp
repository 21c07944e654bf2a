#include <algorithm>
#include <chrono>
#include <thread>

#include "client/command.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

ServiceStatus status_after_first_look(Session& session) {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds pause{50}, longest{1000};
    const auto deadline = Clock::now() + std::min<std::chrono::microseconds>(
                                             session.options().timeout.value_or(longest), longest);
    ServiceStatus status = session.service().status();
    while (status.health == "unknown" && Clock::now() + pause < deadline) {
        std::this_thread::sleep_for(pause);
        status = session.service().status();
    }
    return status;
}

namespace {

Exit run_status(Session& session) {
    const ServiceStatus status = status_after_first_look(session);
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
