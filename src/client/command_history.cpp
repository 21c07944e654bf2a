#include <algorithm>

#include "client/command.hpp"
#include "client/period.hpp"
#include "client/render.hpp"
#include "client/time_text.hpp"

namespace jts::hot_storage::client {

namespace {

struct HistoryArguments {
    std::vector<std::string> services;
    std::string since = "1d";
    std::string until;
    bool csv = false;
};

/// The base's file system first, which has no name, as in the counts.
std::vector<std::string> all_series(Session& session) {
    std::vector<std::string> names{""};
    const Json document = layout_json(session.service().layout_document());
    if (const auto services = document["layout"].find("services");
        services != document["layout"].end())
        for (const auto& [name, values] : services->items()) names.push_back(name);
    return names;
}

HistoryReport fetch(Session& session, const HistoryArguments& arguments) {
    const std::uint64_t present = present_time();
    const std::uint64_t since = time_from_text(arguments.since, present);
    const std::uint64_t until =
        arguments.until.empty() ? 0 : time_from_text(arguments.until, present);
    HistoryReport report;
    for (const std::string& service :
         arguments.services.empty() ? all_series(session) : arguments.services)
        if (std::ranges::find(report, service, &HistoryReport::value_type::first) == report.end())
            report.emplace_back(service, session.service().history(service, since, until));
    return report;
}

/// Of services that were named all points, else one line of each.
Exit run_history(Session& session, const HistoryArguments& arguments) {
    if (arguments.csv && session.wants_json())
        throw Error(ErrorCode::invalid_args, "--csv and --json exclude each other");
    const HistoryReport report = fetch(session, arguments);
    const SizeForm sizes = session.options().sizes;
    const Style style = session.data_style();
    const bool is_table = !session.wants_json() && !arguments.csv;
    if (session.wants_json())
        session.print(history_json(report));
    else if (arguments.csv)
        session.console().data(history_csv(report, style.legend));
    else
        session.console().data(history_text(report, sizes, style));
    const bool is_empty =
        std::ranges::all_of(report, [](const auto& series) { return series.second.empty(); });
    if (is_table && !is_empty && !arguments.services.empty())
        session.console().data("\n" + points_text(report, sizes, style));
    if (is_empty)
        session.note(
            "nothing was sampled in this time; jts-hot-storage-sample.timer does it every "
            "five minutes, `jts-storage sample` at once");
    return Exit::done;
}

}  // namespace

void add_history_command(CLI::App& app, Action& chosen) {
    auto arguments = std::make_shared<HistoryArguments>();
    auto* command = app.add_subcommand("history", "Show what was counted over time");
    command->add_option("SERVICE", arguments->services,
                        "Services of the layout, '' = the base's file system; none = all");
    command->add_option("--since", arguments->since, "From this time on (36h, 7d, 2026-01-31)")
        ->take_last()
        ->option_text("=TIME");
    command->add_option("--until", arguments->until, "To this time, in the same forms")
        ->take_last()
        ->option_text("=TIME");
    command->add_flag("--csv", arguments->csv, "Every point, as comma-separated values");
    command->callback([&chosen, arguments] {
        chosen = [arguments](Session& session) { return run_history(session, *arguments); };
    });
}

}  // namespace jts::hot_storage::client
