#include "client/render.hpp"
#include "client/table.hpp"

namespace jts::hot_storage::client {

namespace {

Tone tone_of(const std::string& health) {
    if (health == "ok") return Tone::good;
    if (health == "critical") return Tone::bad;
    return Tone::notable;
}

}  // namespace

std::string status_text(const ServiceStatus& status, const Style& style) {
    Table table({"PROPERTY", "VALUE"}, style);
    table.add({{"health"}, {status.health, tone_of(status.health)}});
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
    return document;
}

}  // namespace jts::hot_storage::client
