#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

Exit run_plan(Session& session, const std::vector<std::string>& services, bool exit_code) {
    const PlanReport plan = watched(session, [&](const OnProgress& progress) {
        return session.service().plan(services, progress);
    });
    if (session.wants_json()) {
        session.print(plan_json(plan));
    } else {
        session.console().data(plan_text(plan.changes, session.data_style()));
        session.note(plan.changes.empty() ? "nothing to change"
                                          : count_of_changes(plan.changes.size()) + " to make");
    }
    return exit_code && !plan.changes.empty() ? Exit::findings : Exit::done;
}

void add_plan_command(CLI::App& app, Action& chosen) {
    struct Arguments {
        std::vector<std::string> services;
        bool exit_code = false;
    };
    auto arguments = std::make_shared<Arguments>();
    auto* command = app.add_subcommand("plan", "Show what provision would change");
    command->add_option("SERVICE", arguments->services, "Services of the layout; none = all");
    command->add_flag("--exit-code", arguments->exit_code, "Exit with 1 where there are changes");
    command->callback([&chosen, arguments] {
        chosen = [arguments](Session& session) {
            return run_plan(session, arguments->services, arguments->exit_code);
        };
    });
}

}  // namespace jts::hot_storage::client
