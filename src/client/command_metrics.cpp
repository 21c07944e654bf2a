#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"
#include "client/textfile.hpp"

namespace jts::hot_storage::client {

namespace {

/// Longer than the service's own limit, which a walk of a large tree may take longer than: what the
/// timer has just counted is not to be counted again. How old a count is the metrics say.
constexpr std::chrono::hours OldestCount{1};

void expect_one_document(const GlobalOptions& options) {
    if (options.json != JsonForm::none)
        throw Error(ErrorCode::invalid_args,
                    "metrics are Prometheus' text and have no JSON; `jts-storage --json usage` has "
                    "the same counts");
    expect_one_host(options,
                    "the metrics of several hosts would be taken for one's; ask each by itself");
}

void look_at_usage(Session& session, MetricsView& view) {
    UsageOptions options;
    options.max_age = OldestCount;
    view.usage = watched(session, [&](const OnProgress& progress) {
        return session.service().usage({}, options, progress);
    });
    const Json layout = layout_json(session.service().layout_document());
    view.warning = thresholds_in(layout, "warning_percent");
    view.critical = thresholds_in(layout, "critical_percent");
}

/// Health and alerts are there whatever becomes of a count, and are told whatever does; what went
/// wrong is told once `publish` has its text. Where not even they can be had nothing is published:
/// the alerts that stand would look as if they were over.
template <typename Publish>
Exit tell_metrics(Session& session, Publish&& publish) {
    MetricsView view;
    view.status = status_after_first_look(session);
    std::optional<Error> failure;
    try {
        look_at_usage(session, view);
    } catch (const Error& error) {
        failure = error;
    }
    publish(metrics_text(view));
    if (failure) throw Error(*failure);
    return Exit::done;
}

Exit write_textfile(Session& session, const std::string& path) {
    if (const auto file = Textfile::at(path))
        return tell_metrics(session, [&](const std::string& text) { file->replace(text); });
    session.note("--textfile=" + path + ": its folder does not exist, nothing is written");
    return Exit::done;
}

Exit run_metrics(Session& session, const std::optional<std::string>& textfile) {
    expect_one_document(session.options());
    if (textfile) return write_textfile(session, *textfile);
    return tell_metrics(session, [&](const std::string& text) { session.console().data(text); });
}

}  // namespace

void add_metrics_command(CLI::App& app, Action& chosen) {
    auto textfile = std::make_shared<std::optional<std::string>>();
    auto* command = app.add_subcommand("metrics", "Show usage, health and alerts for Prometheus");
    command
        ->add_option("--textfile", *textfile,
                     "Write them to this file, for node_exporter, in one step")
        ->take_last()
        ->option_text("=FILE");
    command->callback([&chosen, textfile] {
        chosen = [textfile](Session& session) { return run_metrics(session, *textfile); };
    });
}

}  // namespace jts::hot_storage::client
