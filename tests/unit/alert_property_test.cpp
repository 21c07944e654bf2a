// What holds for every sequence of samples.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/alert_state.hpp"
#include "unit/alert_host.hpp"

namespace jts::hot_storage::test {
namespace {

std::uint64_t any_bytes() {
    return *rc::gen::inRange<std::uint64_t>(700, 1000);
}

Forecast any_forecast(std::uint64_t now) {
    const auto days = *rc::gen::inRange<std::uint64_t>(0, 25);
    if (*rc::gen::inRange(0, 3) > 0) return full_at(now + days * 24 * usec_per_hour_of_alerts);
    return {static_cast<double>(*rc::gen::inRange(-50, 100)), -60, 200, {}, {}, {}};
}

/// Any sample after the last one: also a partial or incomplete one, and now and then a layout
/// that was changed.
void change(AlertHost& host) {
    host.layout = AlertHost().layout;
    host.counted = AlertHost().counted;
    host.db().used_bytes = any_bytes();
    host.db().incomplete = *rc::gen::inRange(0, 5) == 0;
    host.data().used_bytes = any_bytes();
    host.data().available_bytes = 1000 - host.data().used_bytes;
    host.data().inodes_total = 1000;
    host.data().inodes_free = 1000 - any_bytes();
    if (*rc::gen::inRange(0, 6) == 0) host.counted.services.clear();
    host.services.clear();
    host.filesystems.clear();
    if (*rc::gen::inRange(0, 4) > 0) host.services["db"] = any_forecast(host.now);
    if (*rc::gen::inRange(0, 4) > 0) host.filesystems["/data"] = any_forecast(host.now);
    host.drift = {{"db", *rc::gen::inRange<std::uint32_t>(0, 2)}};
    host.limits().warning_percent = *rc::gen::element(80U, 80U, 80U, 85U);
    if (*rc::gen::inRange(0, 20) == 0) host.layout.services.clear();
}

void sample_any(AlertHost& host) {
    change(host);
    host.sample();
}

constexpr int many_samples = 40;

RC_GTEST_PROP(AlertProperty, RaisesAndClearsOfASubjectAlternateAndLeaveWhatStands, ()) {
    AlertHost host;
    for (int i = 0; i < many_samples; ++i) sample_any(host);
    std::map<std::string, std::string> standing;  // severity by subject
    for (const auto& text : host.told) {
        const auto first = text.find(' '), second = text.rfind(' ');
        const auto subject = text.substr(first + 1, second - first - 1);
        const auto severity = text.substr(second + 1);
        if (text.starts_with("raised")) {
            RC_ASSERT(standing.try_emplace(subject, severity).second);
        } else {
            RC_ASSERT(standing.contains(subject));
            RC_ASSERT(standing.at(subject) == severity);
            standing.erase(subject);
        }
    }
    RC_ASSERT(standing.size() == host.alerts.size());
    for (const auto& alert : host.alerts)
        RC_ASSERT(standing.at(alert.subject) == to_string(alert.severity));
}

RC_GTEST_PROP(AlertProperty, ARestartChangesNothing, ()) {
    AlertHost steady;
    for (int i = 0; i < many_samples; ++i) {
        change(steady);
        auto restarted = steady;
        restarted.alerts = read_alerts(write_alerts(steady.alerts));
        steady.sample();
        restarted.sample();
        RC_ASSERT(restarted.alerts == steady.alerts);
        RC_ASSERT(restarted.told == steady.told);
    }
}

RC_GTEST_PROP(AlertProperty, StandWhereverTheLevelIsNotOkAndAreNeverBetterThanIt, ()) {
    AlertHost host;
    for (int i = 0; i < many_samples; ++i) {
        sample_any(host);
        const auto report = make_usage(host.layout, host.counted);
        const auto severity = [&](const std::string& subject) {
            const auto found = std::ranges::find(host.alerts, subject, &Alert::subject);
            return found != host.alerts.end() ? found->severity : Level::ok;
        };
        const auto usage = report.services.find("db");
        if (usage != report.services.end() && !host.layout.services.empty())
            RC_ASSERT(severity("usage.db") >= usage->second.level);
        RC_ASSERT(severity("filesystem./data") >= report.filesystems.front().level);
    }
}

RC_GTEST_PROP(AlertProperty, StandInTheOrderOfTheirSubjectsWithFiniteNumbers, ()) {
    AlertHost host;
    for (int i = 0; i < many_samples; ++i) {
        sample_any(host);
        RC_ASSERT(std::ranges::is_sorted(host.alerts, {}, &Alert::subject));
        for (const auto& alert : host.alerts) {
            RC_ASSERT(std::isfinite(alert.value));
            RC_ASSERT(alert.severity != Level::ok);
            RC_ASSERT(alert.since <= host.now);
        }
    }
}

RC_GTEST_PROP(AlertProperty, TheSameSampleAgainTellsNothing, ()) {
    AlertHost host;
    for (int i = 0; i < many_samples; ++i) {
        sample_any(host);
        const auto told = host.told;
        host.now -= usec_per_hour_of_alerts;
        host.sample();
        RC_ASSERT(host.told == told);
    }
}

}  // namespace
}  // namespace jts::hot_storage::test
