#include "client/command.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

Exit run_status(Session& session) {
    const ServiceStatus status = session.service().status();
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
