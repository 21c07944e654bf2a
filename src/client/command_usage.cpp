#include <algorithm>

#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"
#include "client/time_text.hpp"

namespace jts::hot_storage::client {

namespace {

/// As top(1) does; the timer's samples come far more seldom.
constexpr std::chrono::seconds BetweenLooks{3};
constexpr const char* ClearScreen = "\x1b[H\x1b[2J\x1b[3J";

struct UsageArguments {
    std::vector<std::string> services;
    bool fresh = false;
    bool full_speed = false;
    bool exit_code = false;
    bool watch = false;
};

UsageOptions options_of(const UsageArguments& arguments) {
    UsageOptions options;
    if (arguments.fresh) options.max_age = std::chrono::microseconds(0);
    options.full_speed = arguments.full_speed;
    return options;
}

bool all_ok(const UsageReport& report) {
    return std::ranges::all_of(report.services,
                               [](const auto& each) { return each.second.level == Level::ok; }) &&
           std::ranges::all_of(report.filesystems,
                               [](const auto& each) { return each.level == Level::ok; });
}

/// A count that is too low is named even with --quiet: it may look better than it is.
void name_what_is_not_counted(Session& session, const UsageReport& report) {
    for (const auto& [name, usage] : report.services) {
        if (usage.incomplete)
            session.warn("incomplete: " + name + ": something in " + usage.path +
                         " could not be read and is not counted");
        if (usage.mounts_skipped > 0)
            session.note(name + ": " + std::to_string(usage.mounts_skipped) +
                         (usage.mounts_skipped == 1 ? " mount" : " mounts") + " inside " +
                         usage.path + " not counted");
    }
}

/// The levels are the layout's; the bars show where the warning is.
UsageView view_of(Session& session) {
    const Json layout = layout_json(session.service().layout_document());
    auto warning = thresholds_in(layout, "warning_percent");
    return {session.options().sizes, present_time(), std::move(warning.services),
            warning.filesystems};
}

UsageReport show_usage(Session& session, const UsageArguments& arguments) {
    UsageReport report = watched(session, [&](const OnProgress& progress) {
        return session.service().usage(arguments.services, options_of(arguments), progress);
    });
    if (arguments.watch && session.data_style().width > 0 && !session.wants_json())
        session.console().data(ClearScreen);
    if (session.wants_json())
        session.print(usage_json(report));
    else
        session.console().data(usage_text(report, view_of(session), session.data_style()));
    name_what_is_not_counted(session, report);
    return report;
}

Exit run_usage(Session& session, const UsageArguments& arguments) {
    UsageReport report = show_usage(session, arguments);
    while (arguments.watch && session.console().pause(BetweenLooks)) {
        if (!session.wants_json() && session.data_style().width == 0) session.console().data("\n");
        report = show_usage(session, arguments);
    }
    return arguments.exit_code && !all_ok(report) ? Exit::findings : Exit::done;
}

}  // namespace

void add_usage_command(CLI::App& app, Action& chosen) {
    auto arguments = std::make_shared<UsageArguments>();
    auto* command = app.add_subcommand("usage", "Show how full services and file systems are");
    command->add_option("SERVICE", arguments->services, "Services of the layout; none = all");
    command->add_flag("--fresh", arguments->fresh, "Count anew, also where a count is recent");
    command->add_flag("--full-speed", arguments->full_speed, "Do not leave the disk to others");
    command->add_flag("--exit-code", arguments->exit_code, "Exit with 1 where a level is not ok");
    command->add_flag("--watch", arguments->watch, "Show it again every 3 s, until Ctrl-C");
    command->callback([&chosen, arguments] {
        chosen = [arguments](Session& session) { return run_usage(session, *arguments); };
    });
}

}  // namespace jts::hot_storage::client
