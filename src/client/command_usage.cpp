#include <algorithm>

#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"
#include "client/time_text.hpp"

namespace jts::hot_storage::client {

namespace {

/// As top(1) does; the timer's samples come far more seldom.
constexpr std::chrono::seconds BetweenLooks{3};
/// Home, and what is from there on: what has scrolled away stays.
constexpr const char* ClearScreen = "\x1b[H\x1b[J";

struct UsageArguments {
    std::vector<std::string> services;
    bool fresh = false;
    bool full_speed = false;
    bool exit_code = false;
    bool watch = false;
    unsigned top = 0;
};

UsageOptions options_of(const UsageArguments& arguments) {
    UsageOptions options;
    if (arguments.fresh) options.max_age = std::chrono::microseconds(0);
    options.full_speed = arguments.full_speed;
    options.top = arguments.top;
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
        if (usage.top && usage.top->incomplete)
            session.note(
                name +
                ": not all of its directories are told apart or named; a large one may lack");
        if (usage.mounts_skipped > 0)
            session.note(name + ": " + std::to_string(usage.mounts_skipped) +
                         (usage.mounts_skipped == 1 ? " mount" : " mounts") + " inside " +
                         usage.path + " not counted");
    }
}

/// A directory counts itself: where there is no inode there is none.
void name_what_is_not_there(Session& session, const UsageReport& report) {
    std::string names;
    for (const auto& [name, usage] : report.services)
        if (usage.inodes == 0 && !usage.incomplete) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty())
        session.note("not there, and counted as empty: " + names + "; see jts-storage plan");
}

UsageReport count(Session& session, const UsageArguments& arguments) {
    return watched(session, [&](const OnProgress& progress) {
        return session.service().usage(arguments.services, options_of(arguments), progress);
    });
}

/// Where the bars are marked, of which JSON has none. What was counted is shown without marks, too.
PercentThresholds warnings_of(Session& session) try {
    if (session.wants_json()) return {};
    return thresholds_in(layout_json(session.service().layout_document()), "warning_percent");
} catch (const Error&) {
    return {};
}

void show(Session& session, const UsageReport& report, const PercentThresholds& warnings) {
    if (session.wants_json()) {
        session.print(usage_json(report));
    } else {
        const UsageView view{session.options().sizes, present_time(), warnings.services,
                             warnings.filesystems.value_or(0)};
        session.console().data(usage_text(report, view, session.data_style()));
    }
    name_what_is_not_counted(session, report);
    name_what_is_not_there(session, report);
}

Exit run_once(Session& session, const UsageArguments& arguments) {
    const UsageReport report = count(session, arguments);
    show(session, report, warnings_of(session));
    return arguments.exit_code && !all_ok(report) ? Exit::findings : Exit::done;
}

Exit watch(Session& session, const UsageArguments& arguments) {
    expect_one_host(session.options(), "usage --watch shows one host; start one for each");
    std::optional<PercentThresholds> warnings;
    do {
        const UsageReport report = count(session, arguments);
        const bool is_first = !warnings;
        if (is_first) warnings = warnings_of(session);
        if (session.rewrites_screen())
            session.console().data(ClearScreen);
        else if (!is_first && !session.wants_json())
            session.console().data("\n");
        show(session, report, *warnings);
    } while (session.console().pause(BetweenLooks));
    return Exit::done;
}

}  // namespace

void add_usage_command(CLI::App& app, Action& chosen) {
    auto arguments = std::make_shared<UsageArguments>();
    auto* command = app.add_subcommand("usage", "Show how full services and file systems are");
    command->add_option("SERVICE", arguments->services, "Services of the layout; none = all");
    command->add_flag("--fresh", arguments->fresh, "Count anew, also where a count is recent");
    command->add_flag("--full-speed", arguments->full_speed, "Do not leave the disk to others");
    auto* exit_code = command->add_flag("--exit-code", arguments->exit_code,
                                        "Exit with 1 where a level is not ok");
    command
        ->add_option("--top", arguments->top, "Name the N largest and fastest-growing directories")
        ->check(CLI::Range(1, 100))
        ->take_last()
        ->option_text("=N");
    command->add_flag("--watch", arguments->watch, "Show it again every 3 s, until Ctrl-C")
        ->excludes(exit_code);
    command->callback([&chosen, arguments] {
        chosen = [arguments](Session& session) {
            return arguments->watch ? watch(session, *arguments) : run_once(session, *arguments);
        };
    });
}

}  // namespace jts::hot_storage::client
