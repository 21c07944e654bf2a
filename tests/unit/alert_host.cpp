#include "unit/alert_host.hpp"

#include <algorithm>
#include <stdexcept>

namespace jts::hot_storage::test {

AlertHost::AlertHost() {
    layout.services.front().planned_bytes = 1000;
    ServiceUsage usage;
    usage.mount_point = "/data";
    counted.services["db"] = usage;
    FilesystemUsage filesystem;
    filesystem.mount_point = "/data";
    filesystem.capacity_bytes = filesystem.available_bytes = 10'000;
    counted.filesystems = {filesystem};
}

void AlertHost::sample() {
    now += usec_per_hour_of_alerts;
    const auto usage = make_usage(layout, counted);
    auto after = next_alerts(alerts, {layout, usage, services, filesystems, drift, now});
    alerts = std::move(after.alerts);
    for (const auto& event : after.events) told.push_back(text_of(event));
}

void AlertHost::sample_with(std::uint64_t used_bytes) {
    db().used_bytes = used_bytes;
    sample();
}

void AlertHost::sample_full_in(double days) {
    services["db"] = full_at(now + usec_per_hour_of_alerts +
                             static_cast<std::uint64_t>(days * 24 * usec_per_hour_of_alerts));
    sample();
}

Alert AlertHost::alert(const std::string& subject) const {
    const auto found = std::ranges::find(alerts, subject, &Alert::subject);
    if (found == alerts.end()) throw std::runtime_error("no alert " + subject);
    return *found;
}

std::string text_of(const AlertEvent& event) {
    const std::string kind = event.kind == AlertEvent::Kind::raised ? "raised " : "cleared ";
    return kind + event.alert.subject + " " + std::string(to_string(event.alert.severity));
}

Forecast full_at(std::uint64_t at) {
    return {1, 1, 1, at, at, at};
}

}  // namespace jts::hot_storage::test
