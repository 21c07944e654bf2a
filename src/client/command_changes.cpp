#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

struct RollbackArguments {
    std::string change_id;
    bool dry_run = false;
    bool yes = false;
};

Exit run_changes(Session& session) {
    const auto changes = session.service().changes();
    if (session.wants_json()) {
        session.print(applied_changes_json(changes));
    } else {
        session.console().data(changes_text(changes, session.data_style()));
        if (changes.empty()) session.note("no changes");
    }
    return Exit::done;
}

RollbackReport call_rollback(Session& session, const RollbackArguments& arguments, bool dry_run) {
    return watched(session, [&](const OnProgress& progress) {
        return session.service().rollback(arguments.change_id, dry_run, progress);
    });
}

void name_what_stays(Session& session, const RollbackReport& report) {
    for (const Refusal& refusal : report.not_restored)
        session.warn("not restored: " + refusal.subject + ": " + refusal.reason);
    for (const std::string& account : report.kept)
        session.note("kept: account or group " + account);
}

Exit show(Session& session, const RollbackReport& report) {
    session.after_change(report.change_id, [&] {
        if (session.wants_json())
            session.print(rollback_json(report));
        else
            session.console().data(rollback_text(report, session.data_style()));
    });
    return Exit::done;
}

void require_consent(Session& session, const RollbackReport& planned) {
    if (planned.restored == 0) return;
    const std::string what =
        std::to_string(planned.restored) +
        (planned.restored == 1 ? " directory or entry" : " directories and entries");
    if (!session.console().confirm("Put " + what + session.place() + " back as before? [y/N] "))
        throw Error(ErrorCode::cancelled, "not confirmed: nothing was changed");
}

/// What would stay is named before the question, and what stayed after it.
Exit run_rollback(Session& session, const RollbackArguments& arguments) {
    if (!arguments.dry_run && !arguments.yes && !session.console().interactive())
        throw Error(ErrorCode::invalid_args,
                    "there is no terminal to ask on: give --yes to roll the change back, or "
                    "--dry-run to see what that would do");
    if (arguments.dry_run || !arguments.yes) {
        const auto planned = call_rollback(session, arguments, true);
        name_what_stays(session, planned);
        if (arguments.dry_run) return show(session, planned);
        require_consent(session, planned);
    }
    session.offer_passwords();
    const auto report = call_rollback(session, arguments, false);
    if (arguments.yes) name_what_stays(session, report);
    return show(session, report);
}

}  // namespace

void add_changes_command(CLI::App& app, Action& chosen) {
    app.add_subcommand("changes", "List the changes that were made")->callback([&chosen] {
        chosen = run_changes;
    });
}

void add_rollback_command(CLI::App& app, Action& chosen) {
    auto arguments = std::make_shared<RollbackArguments>();
    auto* command = app.add_subcommand("rollback", "Take a change back");
    command->add_option("ID", arguments->change_id, "As changes shows it: 32 digits of 0-9 and a-f")
        ->required();
    command->add_flag("--dry-run", arguments->dry_run, "Only say what would be done");
    command->add_flag("-y,--yes", arguments->yes, "Do not ask; needed without a terminal");
    command->callback([&chosen, arguments] {
        chosen = [arguments](Session& session) { return run_rollback(session, *arguments); };
    });
}

}  // namespace jts::hot_storage::client
