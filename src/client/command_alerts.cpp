#include <algorithm>

#include "client/command.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

Exit run_alerts(Session& session, bool exit_code) {
    const auto alerts = session.service().status().alerts;
    if (session.wants_json())
        session.print(alerts_json(alerts));
    else
        session.console().data(alerts_text(alerts, session.data_style()));
    if (alerts.empty()) session.note("no alert stands");
    return exit_code && !alerts.empty() ? Exit::findings : Exit::done;
}

}  // namespace

void add_alerts_command(CLI::App& app, Action& chosen) {
    auto exit_code = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("alerts", "Show what needs somebody to look at it");
    command->add_flag("--exit-code", *exit_code, "Exit with 1 where an alert stands");
    command->callback([&chosen, exit_code] {
        chosen = [exit_code](Session& session) { return run_alerts(session, *exit_code); };
    });
}

}  // namespace jts::hot_storage::client
