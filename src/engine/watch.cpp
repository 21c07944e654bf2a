#include "engine/watch.hpp"

#include <syslog.h>

#include <cstdio>
#include <exception>
#include <optional>

#include "core/usage.hpp"
#include "engine/audit.hpp"

namespace jts::hot_storage::engine {
namespace {

/// A day more than count, since the first is not whole.
constexpr std::chrono::days looked_back{forecast_days + 1};

/// Without those that a clock which ran ahead has left in the future: the present would be the past
/// to them.
std::vector<UsagePoint> usage_points(const std::vector<HistoryPoint>& points, std::uint64_t now) {
    std::vector<UsagePoint> out;
    out.reserve(points.size());
    for (const auto& point : points)
        if (point.time <= now) out.push_back({point.time, point.used_bytes});
    return out;
}

std::string number_text(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.15g", value);
    return text;
}

void write_to_journal(const AlertEvent& event) {
    const auto& alert = event.alert;
    const bool is_raised = event.kind == AlertEvent::Kind::raised;
    const int raised_level = alert.severity == Level::critical ? LOG_CRIT : LOG_WARNING;
    const std::string severity(to_string(alert.severity));
    audit(is_raised ? alert_raised_id : alert_cleared_id, is_raised ? raised_level : LOG_NOTICE,
          is_raised ? severity + ": " + alert.message : alert.subject + " is no longer " + severity,
          {{"JTS_SUBJECT", alert.subject},
           {"JTS_SEVERITY", severity},
           {"JTS_VALUE", number_text(alert.value)},
           {"JTS_THRESHOLD", number_text(alert.threshold)}});
}

/// Runs each step, whatever the others do; then throws what the first one threw.
class Steps {
  public:
    template <typename Step>
    void run(const Step& step) {
        try {
            step();
        } catch (...) {
            if (!failure_) failure_ = std::current_exception();
        }
    }
    void finish() const {
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    std::exception_ptr failure_;
};

}  // namespace

Watch::Watch(Storage& storage, History& history, Clock& clock, std::string folder)
    : storage_(storage), history_(history), clock_(clock), store_(std::move(folder)) {}

void Watch::recall() noexcept {
    const std::lock_guard lock(sample_mutex_);
    alerts_ = store_.load();
    storage_.show_alerts(alerts_);
}

void Watch::learn() noexcept try {
    const std::lock_guard one_after_the_other(sample_mutex_);
    learn_from_history();
} catch (const std::exception& error) {
    audit(state_unknown_id, LOG_ERR,
          std::string("cannot learn from the history how services grow: ") + error.what(), {});
}

void Watch::learn_from_history() {
    const auto now = clock_.microseconds();
    const auto back = static_cast<std::uint64_t>(std::chrono::microseconds(looked_back).count());
    std::map<std::string, Trend> trends;
    history_.for_each(now > back ? now - back : 0, [&](const auto& name, const auto& points) {
        if (const auto trend = find_trend(usage_points(points, now))) trends.emplace(name, *trend);
    });
    const std::lock_guard lock(trends_mutex_);
    trends_ = std::move(trends);
}

void Watch::foretell(UsageReport& report) const {
    const std::lock_guard lock(trends_mutex_);
    const auto forecast = [&](const std::string& name,
                              std::uint64_t capacity) -> std::optional<Forecast> {
        const auto found = trends_.find(name);
        if (found == trends_.end()) return std::nullopt;
        return make_forecast(found->second, capacity);
    };
    for (auto& [name, usage] : report.services)
        usage.forecast = forecast(name, usage.planned_bytes);
    if (report.filesystems.empty()) return;
    auto& base = report.filesystems.front();
    base.forecast = forecast(History::base_filesystem, usable_bytes(base));
}

SampleReport Watch::take(const Sampled& sampled) {
    const std::lock_guard one_after_the_other(sample_mutex_);
    SampleReport report;
    Steps steps;
    steps.run([&] { report = history_.record(sampled.counted, sampled.survey.begun_at); });
    steps.run([&] { learn_from_history(); });
    auto usage = sampled.counted;
    foretell(usage);
    steps.run([&] { storage_.note_usage(usage, sampled.survey.begun); });
    steps.run([&] { sample_listener_(usage); });
    steps.run([&] { judge(sampled, usage); });
    steps.finish();
    return report;
}

/// What cannot be saved holds all the same, and is saved with the next sample.
void Watch::judge(const Sampled& sampled, const UsageReport& usage) {
    // A walk that ended late tells of what is over.
    if (sampled.survey.begun < judged_at_) return;
    judged_at_ = sampled.survey.begun;
    std::map<std::string, Forecast> services, filesystems;
    for (const auto& [name, one] : usage.services)
        if (one.forecast) services.emplace(name, *one.forecast);
    for (const auto& one : usage.filesystems)
        if (one.forecast) filesystems.emplace(one.mount_point, *one.forecast);
    auto after = next_alerts(alerts_, {sampled.layout, usage, services, filesystems, sampled.drift,
                                       sampled.survey.begun_at});
    is_saved_ = is_saved_ && after.alerts == alerts_;
    alerts_ = std::move(after.alerts);
    Steps steps;
    if (!is_saved_)
        steps.run([&] {
            store_.save(alerts_);
            is_saved_ = true;
        });
    steps.run([&] { storage_.note_alerts(alerts_); });
    steps.run([&] { tell(after.events); });
    steps.finish();
}

void Watch::tell(const std::vector<AlertEvent>& events) {
    for (const auto& event : events) {
        write_to_journal(event);
        alert_listener_(event);
    }
}

}  // namespace jts::hot_storage::engine
