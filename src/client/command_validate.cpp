#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

struct ValidateArguments {
    std::vector<std::string> services;
    bool write_probe = false;
    bool all = false;
};

Exit run_validate(Session& session, const ValidateArguments& arguments) {
    if (arguments.write_probe) session.offer_passwords();
    const ValidationReport report = watched(session, [&](const OnProgress& progress) {
        return session.service().validate(arguments.services, arguments.write_probe, progress);
    });
    if (session.wants_json()) {
        session.print(validation_json(report));
    } else {
        session.console().data(validation_text(report, arguments.all, session.data_style()));
        session.note(validation_summary(report));
    }
    return report.ok() ? Exit::done : Exit::findings;
}

}  // namespace

void add_validate_command(CLI::App& app, Action& chosen) {
    auto arguments = std::make_shared<ValidateArguments>();
    auto* command = app.add_subcommand("validate", "Check that the host is as the layout says");
    command->add_option("SERVICE", arguments->services, "Services of the layout; none = all");
    command->add_flag("--write-probe", arguments->write_probe,
                      "Try to write in each directory, as its service");
    command->add_flag("--all", arguments->all, "List the checks that passed, too");
    command->callback([&chosen, arguments] {
        chosen = [arguments](Session& session) { return run_validate(session, *arguments); };
    });
}

}  // namespace jts::hot_storage::client
