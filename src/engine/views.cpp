#include "engine/views.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "core/usage.hpp"
#include "sys/digest.hpp"

namespace jts::hot_storage::engine {

void take_below(const sys::Survey& survey, Looked& looked) {
    for (auto& [key, directory] : looked.observation.directories) {
        const auto below = survey.below.find(key);
        if (below != survey.below.end()) directory.below = below->second;
    }
    looked.plan = make_plan(looked.layout(), looked.observation, looked.services);
}

void expect_readable(const sys::Survey& survey, const Looked& looked) {
    for (const auto& [key, error] : survey.unreadable) {
        if (!survey.below.contains(key) || !looked.observation.directories.contains(key)) continue;
        const auto& service = *looked.layout().find(key.first);
        const auto directory =
            std::ranges::find(service.directories, key.second, &DirectorySpec::name);
        const std::string what = "whose the entries below " +
                                 escape(path_of(looked.layout(), service, *directory)) +
                                 " are cannot be told";
        throw Error(ErrorCode::failed, what + ": " + error.what(),
                    what + "; holders of action probe are told why");
    }
}

std::vector<Change> without_examples(std::vector<Change> changes) {
    for (auto& change : changes) change.examples.clear();
    return changes;
}

PlanReport without_names(PlanReport report) {
    report.changes = without_examples(std::move(report.changes));
    return report;
}

UsageReport without_names(UsageReport report) {
    for (auto& [name, usage] : report.services) usage.top.reset();
    return report;
}

PlanReport plan_report(const Looked& looked) {
    PlanReport report;
    report.digest = sys::sha256_hex(canonical_form(looked.loaded->digest, looked.plan));
    for (const auto& planned : looked.plan.changes) report.changes.push_back(planned.change);
    return report;
}

UsageReport usage_report(const Layout& layout, const std::vector<std::string>& services,
                         const DatedSurvey& survey) {
    UsageReport report = survey.survey.counted;
    for (auto& [name, usage] : report.services) usage.sampled_at = survey.begun_at;
    // Plans of services that were not asked for count on their file systems, too.
    report = make_usage(layout, std::move(report));
    if (services.empty()) return report;
    std::erase_if(report.services, [&](const auto& item) {
        return std::ranges::find(services, item.first) == services.end();
    });
    return report;
}

}  // namespace jts::hot_storage::engine
