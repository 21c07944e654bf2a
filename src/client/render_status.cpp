#include <algorithm>

#include "client/render.hpp"
#include "client/table.hpp"

namespace jts::hot_storage::client {

namespace {

Tone tone_of_health(const std::string& health) {
    if (health == "ok") return Tone::good;
    if (health == "critical") return Tone::bad;
    return Tone::notable;
}

/// `none`, `1`, `3, 1 of them critical`.
Cell alerts_cell(const std::vector<Alert>& alerts) {
    if (alerts.empty()) return {"none", Tone::good};
    const auto critical = std::ranges::count(alerts, Level::critical, &Alert::severity);
    auto text = std::to_string(alerts.size());
    if (critical > 0) text += ", " + std::to_string(critical) + " of them critical";
    return {text, critical > 0 ? Tone::bad : Tone::notable};
}

}  // namespace

std::string status_text(const ServiceStatus& status, const Style& style) {
    Table table({"PROPERTY", "VALUE"}, style);
    table.add({{"health"}, {status.health, tone_of_health(status.health)}});
    table.add({{"alerts"}, alerts_cell(status.alerts)});
    table.add({{"base_path"}, {status.base_path}});
    table.add({{"layout_digest"}, {status.layout_digest}});
    table.add({{"version"}, {status.version}});
    return table.text();
}

Json status_json(const ServiceStatus& status) {
    Json document = json_document();
    document["version"] = status.version;
    document["base_path"] = status.base_path;
    document["layout_digest"] = status.layout_digest;
    document["health"] = status.health;
    document["alerts"] = list_of_alerts(status.alerts);
    return document;
}

}  // namespace jts::hot_storage::client
