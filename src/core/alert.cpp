#include "core/alert.hpp"

#include <algorithm>

#include "core/alert_conditions.hpp"

namespace jts::hot_storage {

namespace {

Level next_severity(Level standing, const Condition& condition) {
    const auto kept = condition.may_clear ? std::min(standing, condition.held()) : standing;
    return std::max(condition.reached(), kept);
}

Alert alert_of(const std::string& subject, Level severity, std::uint64_t since,
               const Measure& reason) {
    return {subject, severity, since, reason.value, reason.threshold(severity), reason.message};
}

class Step {
  public:
    explicit Step(std::uint64_t now) : now_(now) {}

    void take(const std::string& subject, const Alert* standing, const Condition& condition) {
        const auto before = standing != nullptr ? standing->severity : Level::ok;
        const auto after = next_severity(before, condition);
        if (after == before) {
            if (standing != nullptr) refresh(*standing, condition);
            return;
        }
        if (standing != nullptr) clear(*standing);
        // Whatever gave the alert its new severity is its reason.
        if (after != Level::ok) raise(alert_of(subject, after, now_, *condition.reason_of(after)));
    }

    void keep(Alert alert) { after_.alerts.push_back(std::move(alert)); }
    void clear(const Alert& alert) { after_.events.push_back({AlertEvent::Kind::cleared, alert}); }

    AlertsAfter done() { return std::move(after_); }

  private:
    /// What only an incomplete count keeps has no reason in it, and stays as it was seen last.
    void refresh(const Alert& alert, const Condition& condition) {
        const auto* reason = condition.reason_of(alert.severity);
        keep(reason != nullptr ? alert_of(alert.subject, alert.severity, alert.since, *reason)
                               : alert);
    }

    void raise(const Alert& alert) {
        after_.events.push_back({AlertEvent::Kind::raised, alert});
        keep(alert);
    }

    std::uint64_t now_;
    AlertsAfter after_;
};

}  // namespace

AlertsAfter next_alerts(const std::vector<Alert>& previous, const AlertFacts& facts) {
    const auto conditions = conditions_of(facts);
    std::map<std::string, const Alert*> standing;
    for (const auto& alert : previous) standing[alert.subject] = &alert;
    auto subjects = standing;
    for (const auto& [subject, condition] : conditions) subjects.try_emplace(subject, nullptr);

    Step step(facts.now);
    for (const auto& [subject, alert] : subjects) {
        const auto condition = conditions.find(subject);
        if (condition != conditions.end()) {
            step.take(subject, alert, condition->second);
        } else if (subject_exists(subject, facts)) {
            step.keep(*alert);
        } else {
            step.clear(*alert);
        }
    }
    return step.done();
}

}  // namespace jts::hot_storage
