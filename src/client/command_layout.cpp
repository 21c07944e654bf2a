#include "client/command.hpp"
#include "client/render.hpp"
#include "core/layout_reader.hpp"
#include "sys/layout_files.hpp"

namespace jts::hot_storage::client {

namespace {

Exit run_show(Session& session) {
    const Json document = layout_json(session.service().layout_document());
    if (session.wants_json())
        session.print(document);
    else
        session.console().data(layout_text(document, session.data_style()));
    return Exit::done;
}

/// The installed files must be trustworthy to the service; named ones are only read.
std::vector<LayoutFile> files_to_check(const std::vector<std::string>& paths) {
    return paths.empty() ? sys::read_layout_files({}) : sys::read_named_files(paths, false);
}

Exit run_check(Session& session, const std::vector<std::string>& paths) {
    if (!session.options().hosts.empty())
        throw Error(ErrorCode::invalid_args,
                    "layout check reads the files of this host, and not over --host; run it there: "
                    "ssh HOST jts-storage layout check");
    const auto files = files_to_check(paths);
    const auto rejected = read_layout(files).rejected;
    for (const RejectedFile& file : rejected) session.console().remark(rejected_line(file));
    if (session.wants_json()) session.print(rejected_json(rejected));
    if (!rejected.empty()) return Exit::usage;
    session.note("no errors in " + std::to_string(files.size()) +
                 (files.size() == 1 ? " file" : " files"));
    return Exit::done;
}

void add_check(CLI::App& layout, Action& chosen) {
    auto paths = std::make_shared<std::vector<std::string>>();
    auto* command = layout.add_subcommand("check", "Check layout files; needs no service");
    command->add_option(
        "FILE", *paths,
        "Layout and drop-ins in the order of application; none = the installed ones");
    command->callback([&chosen, paths] {
        chosen = [paths](Session& session) { return run_check(session, *paths); };
    });
}

}  // namespace

void add_layout_command(CLI::App& app, Action& chosen) {
    auto* layout = app.add_subcommand("layout", "Show or check the layout");
    layout->require_subcommand(1);
    layout->add_subcommand("show", "Show the layout in force, and which file set what")
        ->callback([&chosen] { chosen = run_show; });
    add_check(*layout, chosen);
}

}  // namespace jts::hot_storage::client
