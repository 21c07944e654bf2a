#include "client/command.hpp"
#include "client/render.hpp"
#include "client/time_text.hpp"

namespace jts::hot_storage::client {

namespace {

/// Until somebody ends it, or --timeout does.
Exit run_monitor(Session& session) {
    expect_one_host(session.options(), "monitor follows one host; start one for each");
    session.service().follow(
        [&] { session.note("waiting for alerts, changes and samples; Ctrl-C ends it"); },
        [&](const Event& event) {
            const auto time = present_time();
            if (session.wants_json())
                session.print(event_json(event, time));
            else
                session.console().data(event_text(event, time, session.options().sizes));
            return true;
        });
    return Exit::done;
}

}  // namespace

void add_monitor_command(CLI::App& app, Action& chosen) {
    app.add_subcommand("monitor", "Show alerts, changes and samples as they come")
        ->callback([&chosen] { chosen = run_monitor; });
}

}  // namespace jts::hot_storage::client
