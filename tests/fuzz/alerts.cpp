// The state of the alerts: whatever the disk holds is read, or an Error; and what is read is
// written as it was, and goes through a sample.
#include "core/alert.hpp"
#include "core/alert_state.hpp"
#include "fuzz/shown_text.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::fuzz {
namespace {

void require_survives_a_sample(const std::vector<Alert>& alerts) {
    const Layout layout;
    const UsageReport usage;
    const std::map<std::string, Forecast> none;
    const std::map<std::string, std::uint32_t> drift;
    const auto after = next_alerts(alerts, {layout, usage, none, none, drift, 1});
    REQUIRE(after.alerts.size() + after.events.size() == alerts.size());
}

}  // namespace
}  // namespace jts::hot_storage::fuzz

FUZZ_TARGET(input) {
    using namespace jts::hot_storage;
    std::vector<Alert> alerts;
    try {
        alerts = read_alerts(input);
    } catch (const Error& error) {
        fuzz::require_shown(error.what());
        return;
    }
    for (const Alert& alert : alerts) {
        fuzz::require_shown(alert.subject);
        fuzz::require_shown(alert.message);
        REQUIRE(alert.severity != Level::ok);
    }
    REQUIRE(read_alerts(write_alerts(alerts)) == alerts);
    fuzz::require_survives_a_sample(alerts);
}
