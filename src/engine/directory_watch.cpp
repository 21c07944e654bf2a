#include "engine/directory_watch.hpp"

#include "core/text.hpp"
#include "core/top_directories.hpp"

namespace jts::hot_storage::engine {
namespace {

/// Which of the service's declared directories were there to be counted, as text; empty where none
/// was. A drive that is not mounted, and a directory that the layout has just got, make another.
std::string counted_tree(const SurveyKey& key, const std::string& service) {
    std::string tree;
    for (const auto& [directory, identity, want] : key.subjects) {
        if (directory.first != service) continue;
        for (const std::uint64_t number :
             {std::uint64_t{identity.dev_major}, std::uint64_t{identity.dev_minor}, identity.inode,
              static_cast<std::uint64_t>(identity.birth_sec), std::uint64_t{identity.birth_nsec}})
            tree += std::to_string(number) + ' ';
        tree += directory.second + '/';
    }
    return tree.empty() ? tree : key.layout_digest + ' ' + tree;
}

}  // namespace

void DirectoryWatch::learn(const DatedSurvey& survey) {
    const auto& counted = survey.survey.counted.services;
    const std::lock_guard lock(mutex_);
    // Counted are all that the layout has, if only to see where they lie.
    growth_.keep_services([&](const auto& service) { return counted.contains(service); });
    for (const auto& [service, totals] : survey.survey.directories) {
        const auto tree = counted_tree(survey.key, service);
        if (tree.empty() || counted.at(service).incomplete) continue;
        growth_.learn(service, tree, totals, survey.begun);
    }
}

void DirectoryWatch::add_top(UsageReport& report, const DatedSurvey& survey,
                             std::size_t count) const {
    const std::lock_guard lock(mutex_);
    for (auto& [service, usage] : report.services) {
        const auto found = survey.survey.directories.find(service);
        if (found == survey.survey.directories.end()) continue;
        const auto tree = counted_tree(survey.key, service);
        std::vector<DirectoryUsage> directories;
        for (const auto& total : found->second.largest) {
            directories.push_back({escape(total.path), total.used_bytes, {}});
            // What could not be read looks as if it had gone.
            if (usage.incomplete) continue;
            directories.back().growth_bytes_per_day =
                growth_.bytes_per_day(service, tree, total, survey.begun);
        }
        usage.top = pick_top(std::move(directories), count);
        usage.top->incomplete |= found->second.incomplete;
    }
}

}  // namespace jts::hot_storage::engine
