/// What every command of jts-storage has in common.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/console.hpp"
#include "client/exit_codes.hpp"
#include "client/json.hpp"
#include "client/service.hpp"
#include "client/size_text.hpp"

namespace jts::hot_storage::client {

enum class ColorMode { automatic, always, never };

/// The options that stand before or after any command.
struct GlobalOptions {
    JsonForm json = JsonForm::none;
    bool prompts = true;
    ColorMode color = ColorMode::automatic;
    bool legend = true;
    bool quiet = false;
    std::vector<std::string> hosts;  ///< over ssh, one after another; none: this one
    SizeForm sizes = SizeForm::iec;
    std::optional<std::chrono::microseconds> timeout;
};

/// What a command works with while it runs.
class Session {
  public:
    /// `host`: where the service is, if not here.
    Session(const GlobalOptions& options, Service& service, Console& console, std::string host = {})
        : options_(options), service_(service), console_(console), host_(std::move(host)) {}

    const GlobalOptions& options() const { return options_; }
    Service& service() { return service_; }
    Console& console() { return console_; }
    bool wants_json() const { return options_.json != JsonForm::none; }

    Style data_style() const { return style(console_.data_on_terminal(), console_.data_width()); }
    Style remark_style() const {
        return style(console_.remarks_on_terminal(), console_.remarks_width());
    }

    /// Whether there is a terminal whose last line can be written again, and nobody minds.
    bool shows_progress() const;

    /// Whether what was shown is written over: text on a terminal that can.
    bool rewrites_screen() const;

    /// To be called before a call that polkit may want a password for. Where there is nobody to
    /// ask, nobody is to be asked, or root needs no question, it does nothing.
    void offer_passwords();

    /// The host's name above its tables, where there are several hosts.
    void head();

    /// ` on HOST`, for questions; nothing where it is this one.
    std::string place() const;

    /// Prints the document as --json asks for it.
    void print(Json document);
    /// Where `print_result` fails, the change is made all the same: the error names it.
    void after_change(const std::string& change_id, const std::function<void()>& print_result);
    /// A remark on stderr that --quiet suppresses.
    void note(std::string_view text);
    /// A remark on stderr that nothing suppresses.
    void warn(std::string_view text) {
        console_.remark(message_line(text, host_, remark_style().width));
    }

  private:
    Style style(bool on_terminal, std::size_t width) const;

    const GlobalOptions& options_;
    Service& service_;
    Console& console_;
    const std::string host_;
};

/// What is to be done, chosen by the command line.
using Action = std::function<Exit(Session&)>;

/// Each describes its command to the parser, which sets `chosen` where the command is given.
void add_status_command(CLI::App& app, Action& chosen);
void add_plan_command(CLI::App& app, Action& chosen);
void add_provision_command(CLI::App& app, Action& chosen);
void add_changes_command(CLI::App& app, Action& chosen);
void add_rollback_command(CLI::App& app, Action& chosen);
void add_validate_command(CLI::App& app, Action& chosen);
void add_usage_command(CLI::App& app, Action& chosen);
void add_sample_command(CLI::App& app, Action& chosen);
void add_history_command(CLI::App& app, Action& chosen);
void add_forecast_command(CLI::App& app, Action& chosen);
void add_alerts_command(CLI::App& app, Action& chosen);
void add_monitor_command(CLI::App& app, Action& chosen);
void add_metrics_command(CLI::App& app, Action& chosen);
void add_job_command(CLI::App& app, Action& chosen);
void add_layout_command(CLI::App& app, Action& chosen);

/// Throws `Error(invalid_args)` with the `reason` where several hosts are given.
void expect_one_host(const GlobalOptions& options, const char* reason);

/// A service that this call has started takes its first look at the host only after it has answered
/// to its name: some milliseconds, for which nobody need see `unknown`. Never beyond --timeout.
ServiceStatus status_after_first_look(Session& session);

/// `plan`, which is `provision --dry-run` too. With `exit_code`, changes are findings.
Exit run_plan(Session& session, const std::vector<std::string>& services, bool exit_code);

}  // namespace jts::hot_storage::client
