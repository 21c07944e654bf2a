#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

struct Arguments {
    std::vector<std::string> services;
    bool dry_run = false;
    bool yes = false;
};

/// Whoever is about to be asked sees the plan even with --quiet.
void show(Session& session, const PlanReport& plan, bool will_ask) {
    if (plan.changes.empty()) return session.note("nothing to change");
    if (session.options().quiet && !will_ask) return;
    session.console().remark(plan_text(plan.changes, session.remark_style()));
}

void require_consent(Session& session, const PlanReport& plan) {
    if (plan.changes.empty()) return;
    const std::string question =
        "Make " + std::string(plan.changes.size() == 1 ? "this " : "these ") +
        count_of_changes(plan.changes.size()) + session.place() + "? [y/N] ";
    if (!session.console().confirm(question))
        throw Error(ErrorCode::cancelled, "not confirmed: nothing was changed");
}

void report(Session& session, const ProvisionReport& result) {
    for (const Refusal& refusal : result.refused)
        session.warn("refused: " + refusal.subject + ": " + refusal.reason);
    session.after_change(result.change_id, [&] {
        if (session.wants_json())
            session.print(provision_json(result));
        else
            session.console().data(provision_text(result, session.data_style()));
    });
}

/// The digest ties the change to the plan that was shown, also to an empty one: what has changed
/// since is refused as stale and nobody is surprised.
Exit run_provision(Session& session, const Arguments& arguments) {
    if (arguments.dry_run) return run_plan(session, arguments.services, false);
    if (!arguments.yes && !session.console().interactive())
        throw Error(ErrorCode::invalid_args,
                    "there is no terminal to ask on: give --yes to make the changes, or --dry-run "
                    "to see them");
    const PlanReport plan = watched(session, [&](const OnProgress& progress) {
        return session.service().plan(arguments.services, progress);
    });
    show(session, plan, !arguments.yes);
    if (!arguments.yes) require_consent(session, plan);
    session.offer_passwords();
    report(session, watched(session, [&](const OnProgress& progress) {
               return session.service().provision(arguments.services, plan.digest, progress);
           }));
    return Exit::done;
}

}  // namespace

void add_provision_command(CLI::App& app, Action& chosen) {
    auto arguments = std::make_shared<Arguments>();
    auto* command =
        app.add_subcommand("provision", "Make accounts and directories what the layout says");
    command->add_option("SERVICE", arguments->services, "Services of the layout; none = all");
    command->add_flag("--dry-run", arguments->dry_run, "Only show what would change, as plan does");
    command->add_flag("-y,--yes", arguments->yes, "Do not ask; needed without a terminal");
    command->callback([&chosen, arguments] {
        chosen = [arguments](Session& session) { return run_provision(session, *arguments); };
    });
}

}  // namespace jts::hot_storage::client
