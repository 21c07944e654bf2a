#include "client/command_line.hpp"

#include <algorithm>
#include <cmath>

#include "client/help.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr const char* Description =
    "Sets up this host's hot storage, as its layout describes it, through the service\n"
    "org.jts.HotStorage1. Needs no privilege itself: polkit decides what you may do.";

constexpr const char* Footer =
    "Examples: jts-storage(1).\n"
    "Exit status: 0 done, 1 findings, 2 usage or layout, 3 failed, 4 not authorised,\n"
    "5 service unreachable, 6 conflict, 7 not found, 8 timed out. See jts-storage(1).\n";

constexpr const char* SeeHelp = "Try 'jts-storage --help'.";
constexpr const char* CommandFooter = "Global options: jts-storage --help\n";

JsonForm to_json_form(const std::string& text) {
    if (text == "short") return JsonForm::compact;
    if (text == "pretty") return JsonForm::pretty;
    throw CLI::ValidationError("--json", "'" + text + "' is neither short nor pretty");
}

ColorMode to_color_mode(const std::string& text) {
    if (text == "auto") return ColorMode::automatic;
    if (text == "always") return ColorMode::always;
    if (text == "never") return ColorMode::never;
    throw CLI::ValidationError("--color", "'" + text + "' is none of auto, always, never");
}

/// ssh would take a name that begins with a dash for an option.
std::string to_host(const std::string& text) {
    if (text.empty() || text.front() == '-')
        throw CLI::ValidationError("--host", "'" + text + "' is no host");
    return text;
}

std::chrono::microseconds to_timeout(double seconds) {
    constexpr double Longest = 366.0 * 24 * 3600;
    if (!(seconds > 0 && seconds <= Longest))
        throw CLI::ValidationError("--timeout", "must be more than 0 and at most a year");
    return std::chrono::microseconds(std::max(1LL, std::llround(seconds * 1e6)));
}

void add_size_options(CLI::App& app, GlobalOptions& options) {
    auto* bytes = app.add_flag_callback(
        "--bytes", [&options] { options.sizes = SizeForm::bytes; }, "Sizes in bytes");
    app.add_flag_callback(
           "--si", [&options] { options.sizes = SizeForm::si; },
           "Sizes in powers of 1000 instead of 1024")
        ->excludes(bytes);
}

void add_global_options(CLI::App& app, GlobalOptions& options, std::string& json) {
    // A flag with a value: an option whose value is optional would take the command for it.
    app.add_flag("--json{short}", json, "JSON instead of text, on one line or indented")
        ->take_last()
        ->option_text("[=short|pretty]");
    app.add_option_function<std::string>(
           "--color", [&options](const auto& text) { options.color = to_color_mode(text); },
           "auto (on terminals without NO_COLOR), always, never")
        ->take_last()
        ->option_text("=WHEN");
    app.add_option_function<double>(
           "--timeout", [&options](double seconds) { options.timeout = to_timeout(seconds); },
           "Give up on an answer after so many seconds")
        ->take_last()
        ->option_text("=SEC");
    app.add_flag_callback(
        "--no-ask-password", [&options] { options.prompts = false; },
        "Fail rather than have polkit ask for a password");
    app.add_option_function<std::vector<std::string>>(
           "-H,--host",
           [&options](const auto& hosts) {
               for (const auto& host : hosts) options.hosts.push_back(to_host(host));
           },
           "Work on another host, over ssh; may be repeated")
        ->allow_extra_args(false)
        ->option_text("=[USER@]HOST");
    app.add_flag_callback(
        "--no-legend", [&options] { options.legend = false; }, "Tables without headings");
    add_size_options(app, options);
    app.add_flag("-q,--quiet", options.quiet, "Nothing on stderr but errors and refusals");
}

void add_commands(CLI::App& app, Action& chosen) {
    app.require_subcommand(1);
    app.fallthrough();  // global options may follow the command
    add_status_command(app, chosen);
    add_plan_command(app, chosen);
    add_provision_command(app, chosen);
    add_changes_command(app, chosen);
    add_rollback_command(app, chosen);
    add_validate_command(app, chosen);
    add_usage_command(app, chosen);
    add_sample_command(app, chosen);
    add_history_command(app, chosen);
    add_forecast_command(app, chosen);
    add_alerts_command(app, chosen);
    add_monitor_command(app, chosen);
    add_metrics_command(app, chosen);
    add_job_command(app, chosen);
    add_layout_command(app, chosen);
}

/// What the parser derives each command from must be set before the commands are made.
void configure(CLI::App& app) {
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_help_flag("-h,--help", "Show this, or a command's help");
    app.footer(CommandFooter);
}

/// CLI11 takes the arguments last one first.
void parse(CLI::App& app, std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    app.parse(std::move(arguments));
}

Error usage_error(const CLI::ParseError& error) {
    return Error(ErrorCode::invalid_args, std::string(error.what()) + "\n" + SeeHelp);
}

/// CLI11 says only that a command is required, also where one was meant and misspelt.
Error missing_something(const CLI::ParseError& error, const std::vector<std::string>& unparsed) {
    if (std::string_view(error.what()).find("subcommand") == std::string_view::npos)
        return usage_error(error);
    const std::string what = unparsed.empty() ? "a command is missing"
                                              : "there is no command '" + unparsed.front() + "'";
    return Error(ErrorCode::invalid_args, what + "\n" + SeeHelp);
}

/// The help of the innermost command on the line.
std::string help_of(const CLI::App& app) {
    const auto given = app.get_subcommands();
    return given.empty() ? app.get_formatter()->make_help(&app, "", CLI::AppFormatMode::Normal)
                         : help_of(*given.back());
}

}  // namespace

std::variant<Invocation, Answer> parse_command_line(const std::vector<std::string>& arguments) {
    Invocation invocation;
    std::string json;
    CLI::App app(Description, "jts-storage");
    configure(app);
    add_commands(app, invocation.action);
    add_global_options(app, invocation.options, json);
    app.set_version_flag("--version", "jts-storage " JTS_VERSION "\n", "Show the client's version");
    app.footer(Footer);
    try {
        parse(app, arguments);
        if (!json.empty()) invocation.options.json = to_json_form(json);
    } catch (const CLI::CallForHelp&) {
        return Answer{help_of(app)};
    } catch (const CLI::CallForVersion& version) {
        return Answer{version.what()};
    } catch (const CLI::RequiredError& error) {
        throw missing_something(error, app.remaining(true));
    } catch (const CLI::ParseError& error) {
        throw usage_error(error);
    }
    return invocation;
}

}  // namespace jts::hot_storage::client
