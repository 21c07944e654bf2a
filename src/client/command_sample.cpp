#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

Exit run_sample(Session& session) {
    session.offer_passwords();
    const SampleReport report = watched(
        session, [&](const OnProgress& progress) { return session.service().sample(progress); });
    if (session.wants_json())
        session.print(sample_json(report));
    else
        session.console().data(sample_text(report, session.data_style()));
    if (report.incomplete)
        session.warn(
            "incomplete: of some services something could not be read, and their counts were not "
            "written down; `jts-storage usage` marks them with a +");
    return Exit::done;
}

}  // namespace

void add_sample_command(CLI::App& app, Action& chosen) {
    app.add_subcommand("sample", "Count anew and write the counts down")->callback([&chosen] {
        chosen = run_sample;
    });
}

}  // namespace jts::hot_storage::client
