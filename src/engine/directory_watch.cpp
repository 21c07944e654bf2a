#include "engine/directory_watch.hpp"

#include "core/text.hpp"
#include "core/top_directories.hpp"

namespace jts::hot_storage::engine {

void DirectoryWatch::learn(const DatedSurvey& survey) {
    const auto& counted = survey.survey.counted.services;
    const std::lock_guard lock(mutex_);
    // Counted are all that the layout has, if only to see where they lie.
    growth_.keep_services([&](const auto& service) { return counted.contains(service); });
    for (const auto& [service, totals] : survey.survey.directories) {
        if (!counted.at(service).incomplete) growth_.learn(service, totals, survey.begun);
    }
}

void DirectoryWatch::add_top(UsageReport& report, const DatedSurvey& survey,
                             std::size_t count) const {
    const std::lock_guard lock(mutex_);
    for (auto& [service, usage] : report.services) {
        const auto found = survey.survey.directories.find(service);
        if (found == survey.survey.directories.end()) continue;
        std::vector<DirectoryUsage> directories;
        for (const auto& total : found->second.largest)
            directories.push_back({escape(total.path), total.used_bytes,
                                   growth_.bytes_per_day(service, total, survey.begun)});
        usage.top = {pick_top(std::move(directories), count), found->second.incomplete};
    }
}

}  // namespace jts::hot_storage::engine
