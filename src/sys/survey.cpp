#include "sys/survey.hpp"

#include <algorithm>
#include <cerrno>

#include "core/text.hpp"
#include "sys/directory_reader.hpp"
#include "sys/failure.hpp"
#include "sys/link_settlement.hpp"
#include "sys/path.hpp"
#include "sys/space_report.hpp"
#include "sys/surveyor.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr const char* lost_found = "lost+found";
constexpr std::size_t max_links_shown = 20, max_unmanaged_shown = 20;

const EntryState* state_of(const Observation& observation, const DirectoryKey& key) {
    const auto seen = observation.directories.find(key);
    return seen == observation.directories.end() ? nullptr : &seen->second.entry;
}

std::optional<Want> want_of(const Layout& layout, const Observation& observation,
                            const std::vector<std::string>& services, const Declared& declared) {
    if (!declared.is_walked()) return std::nullopt;
    return want_below(
        expected_owner(layout, observation, services, *declared.service, *declared.directory),
        declared.directory->below);
}

/// The roots of a survey: what else has a declared directory's name is refused as a whole.
std::vector<SurveyRoot> roots_of_survey(const Layout& layout, const Observation& observation,
                                        const std::vector<std::string>& services,
                                        bool counts_space) {
    std::vector<SurveyRoot> roots;
    std::size_t service = 0;
    const ServiceSpec* last = nullptr;
    for (const Declared& declared : declared_directories(layout, services)) {
        if (last != nullptr && last != declared.service) ++service;
        last = declared.service;
        const EntryState* state = state_of(observation, declared.key());
        if (state == nullptr || state->type != EntryState::Type::directory) continue;
        auto want = want_of(layout, observation, services, declared);
        if (!want && !counts_space) continue;
        const auto same = std::ranges::find_if(roots, [&](const SurveyRoot& earlier) {
            return earlier.want && in_one_domain(earlier.declared, declared);
        });
        const auto domain = static_cast<std::size_t>(same - roots.begin());
        roots.push_back({declared, std::move(want), domain, service,
                         path_of(layout, *declared.service, declared.service->own()), false});
    }
    if (!counts_space) return roots;
    const std::size_t declared_roots = roots.size();
    for (std::size_t i = 0; i < declared_roots; ++i) {
        SurveyRoot root = roots[i];
        root.declared.path += std::string("/") + lost_found;
        root.want.reset();
        root.is_lost_found = true;
        roots.push_back(std::move(root));
    }
    return roots;
}

WalkRoot walk_root_of(const SurveyRoot& root, const Observation& observation, bool counts_space) {
    if (root.is_lost_found) return {root.declared.path, {}, {}};
    WalkRoot walk = walk_root(root.declared);
    // What is no directory takes room, too, and has no walk of its own.
    if (counts_space) {
        std::erase_if(walk.skip, [&](const std::string& name) {
            const EntryState* state = state_of(observation, {root.declared.service->name, name});
            return state != nullptr && state->type != EntryState::Type::directory &&
                   state->type != EntryState::Type::missing;
        });
    }
    return walk;
}

/// Only right in the root of a mount is that name the file system's own.
Fd open_lost_found(const Declared& declared) {
    const auto parent_path = declared.path.substr(0, declared.path.rfind('/'));
    const Fd parent = open_if_directory(parent_path);
    Look seen;
    if (!parent || look(parent.get(), seen) != 0 ||
        (seen.stx_attributes & STATX_ATTR_MOUNT_ROOT) == 0)
        return {};
    const Fd found = open_component(parent.get(), lost_found);
    return found ? open_for_reading(found.get(), declared.path) : Fd();
}

void add_counted(Counted& sum, const Counted& counted) {
    sum.count += counted.count;
    sum.examples.insert(sum.examples.end(), counted.examples.begin(), counted.examples.end());
    std::ranges::sort(sum.examples);
    if (sum.examples.size() > max_links_shown) sum.examples.resize(max_links_shown);
}

void add_links_and_faults(Survey& survey, const SurveyRun& run,
                          const std::vector<Surveyor>& workers) {
    for (std::size_t i = 0; i < run.roots.size(); ++i) {
        const DirectoryKey key = run.roots[i].declared.key();
        for (const Surveyor& worker : workers) {
            const auto& notes = worker.notes(i);
            if (run.roots[i].is_lost_found && notes.mount) survey.lost_found.push_back(key);
            if (notes.unreadable) survey.unreadable.emplace(key, *notes.unreadable);
            if (notes.links_out.count != 0) add_counted(survey.links_out[key], notes.links_out);
        }
    }
}

void add_owners(Survey& survey, const SurveyRun& run, const std::vector<Surveyor>& workers,
                const std::string& proc) {
    std::vector<Tally> tallies(run.roots.size());
    settle_links(run, proc, tallies);
    for (std::size_t i = 0; i < run.roots.size(); ++i) {
        if (!run.roots[i].want) continue;
        for (const Surveyor& worker : workers) tallies[i].merge(worker.notes(i).tally);
        survey.below[run.roots[i].declared.key()] = tallies[i].state();
    }
}

/// For each root, where it tells directories apart. That of a `lost+found` is one itself.
std::vector<TallyRoot> tally_roots(std::deque<DirectoryNames>& names,
                                   const std::vector<SurveyRoot>& roots) {
    std::vector<TallyRoot> found;
    for (const SurveyRoot& root : roots) {
        const auto& path = root.declared.path;
        found.push_back({&names[root.service], root.is_lost_found ? path.rfind('/') : path.size()});
    }
    return found;
}

/// Services whose directory does not exist are there, with nothing.
void add_directories(Survey& survey, const Layout& layout, const std::vector<std::string>& services,
                     const SurveyRun& run, const std::vector<Surveyor>& workers) {
    std::vector<const DirectoryTally*> tallies;
    for (const Surveyor& worker : workers) tallies.push_back(&worker.directories());
    std::map<std::string, const DirectoryNames*> names;
    for (const SurveyRoot& root : run.roots)
        names[root.declared.service->name] = &run.names[root.service];
    for (const Declared& declared : declared_directories(layout, services)) {
        if (!declared.directory->name.empty()) continue;
        auto& totals = survey.directories[declared.service->name];
        if (const auto found = names.find(declared.service->name); found != names.end())
            totals = directory_totals(*found->second, tallies);
    }
}

}  // namespace

std::vector<SurveySubject> survey_subjects(const Layout& layout, const Observation& observation,
                                           const std::vector<std::string>& services) {
    std::vector<SurveySubject> subjects;
    for (const Declared& declared : declared_directories(layout, services)) {
        const EntryState* state = state_of(observation, declared.key());
        if (state == nullptr || state->type != EntryState::Type::directory) continue;
        subjects.push_back(
            {declared.key(), state->identity, want_of(layout, observation, services, declared)});
    }
    return subjects;
}

Survey survey(const Layout& layout, const Observation& observation,
              const std::vector<std::string>& services, const SurveyOptions& options,
              const std::stop_token& stop) {
    HardLinks links(options.below.max_hard_links);
    SurveyRun run{roots_of_survey(layout, observation, services, options.counts_space),
                  links_are_protected(options.below.facts),
                  links,
                  options.counts_space,
                  {},
                  {},
                  {},
                  options.below.meter};
    InodeBudget budget;
    DirectoryBudget directories(layout.services.size(), options.max_directories);
    for (std::size_t i = 0; i < layout.services.size(); ++i) {
        run.counted.emplace_back(budget);
        run.names.emplace_back(directories);
    }
    run.tally_roots = tally_roots(run.names, run.roots);
    std::vector<WalkRoot> walk_roots;
    for (const SurveyRoot& root : run.roots)
        walk_roots.push_back(walk_root_of(root, observation, options.counts_space));
    std::vector<Surveyor> workers;
    workers.reserve(options.below.threads);
    for (unsigned i = 0; i < std::max(options.below.threads, 1u); ++i) workers.emplace_back(run);
    std::vector<Visitor*> visitors;
    for (Surveyor& worker : workers) visitors.push_back(&worker);

    walk(
        walk_roots,
        [&](std::size_t i) {
            const SurveyRoot& root = run.roots[i];
            return root.is_lost_found ? open_lost_found(root.declared)
                                      : open_declared(root.declared);
        },
        visitors, stop, options.below.limits, options.below.pace);

    Survey survey;
    add_owners(survey, run, workers, options.below.facts.proc);
    add_links_and_faults(survey, run, workers);
    if (!options.counts_space) return survey;
    survey.counted = space_report(layout, services, run, workers);
    add_directories(survey, layout, services, run, workers);
    return survey;
}

Counted look_for_unmanaged(const Layout& layout) {
    Counted unmanaged;
    const Fd base = open_if_directory(layout.base);
    Look seen;
    if (!base || look(base.get(), seen) != 0) return unmanaged;
    DirectoryReader reader(open_for_reading(base.get(), layout.base));
    int error = 0;
    while (const RawEntry* entry = reader.next(error)) {
        const bool is_file_systems_own = std::string_view(entry->name) == lost_found &&
                                         (seen.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
        if (layout.find(entry->name) != nullptr || is_file_systems_own) continue;
        ++unmanaged.count;
        if (unmanaged.examples.size() < max_unmanaged_shown)
            unmanaged.examples.push_back(escape(layout.base + "/" + entry->name));
    }
    if (error != 0) throw failure("read directory", layout.base, error);
    std::ranges::sort(unmanaged.examples);
    return unmanaged;
}

}  // namespace jts::hot_storage::sys
