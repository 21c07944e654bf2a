#include <algorithm>

#include "client/command.hpp"
#include "client/progress.hpp"
#include "client/render.hpp"

namespace jts::hot_storage::client {

namespace {

bool knows_nothing(const UsageReport& report) {
    return std::ranges::none_of(report.services,
                                [](const auto& each) { return each.second.forecast.has_value(); });
}

Exit run_forecast(Session& session, const std::vector<std::string>& services) {
    const UsageReport report = watched(session, [&](const OnProgress& progress) {
        return session.service().usage(services, {}, progress);
    });
    if (session.wants_json())
        session.print(forecast_json(report));
    else
        session.console().data(
            forecast_text(report, session.options().sizes, session.data_style()));
    if (knows_nothing(report))
        session.note(
            "the history is too short: a forecast needs five whole days since the last step; "
            "`jts-storage history --since=7d` shows what there is");
    return Exit::done;
}

}  // namespace

void add_forecast_command(CLI::App& app, Action& chosen) {
    auto services = std::make_shared<std::vector<std::string>>();
    auto* command = app.add_subcommand("forecast", "Show how fast services grow and when full");
    command->add_option("SERVICE", *services, "Services of the layout; none = all");
    command->callback([&chosen, services] {
        chosen = [services](Session& session) { return run_forecast(session, *services); };
    });
}

}  // namespace jts::hot_storage::client
