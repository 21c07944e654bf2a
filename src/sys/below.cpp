#include "sys/below.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "sys/path.hpp"
#include "sys/processes.hpp"
#include "sys/tally.hpp"

namespace jts::hot_storage::sys {
namespace {

/// One declared directory under observation.
struct Subject {
    Declared declared;
    Want want;
    std::size_t domain = 0;  ///< index of the first subject that it is in one domain with
};

/// What else has a declared directory's name is refused as a whole.
bool is_directory(const Observation& observation, const DirectoryKey& key) {
    const auto seen = observation.directories.find(key);
    return seen != observation.directories.end() &&
           seen->second.entry.type == EntryState::Type::directory;
}

std::vector<Subject> subjects_of(const Layout& layout, const Observation& observation,
                                 const std::vector<std::string>& services) {
    std::vector<Subject> subjects;
    for (const Declared& declared : declared_directories(layout, services)) {
        if (!declared.is_walked() || !is_directory(observation, declared.key())) continue;
        const ExpectedOwner owner =
            expected_owner(layout, observation, services, *declared.service, *declared.directory);
        const auto same = std::ranges::find_if(subjects, [&](const Subject& earlier) {
            return in_one_domain(earlier.declared, declared);
        });
        const auto domain = static_cast<std::size_t>(same - subjects.begin());
        subjects.push_back({declared, want_below(owner, declared.directory->below), domain});
    }
    return subjects;
}

class Observer final : public Visitor {
  public:
    Observer(const std::vector<Subject>& subjects, bool links_protected, HardLinks& links)
        : subjects_(subjects),
          links_protected_(links_protected),
          links_(links),
          tallies_(subjects.size()) {}

    void directory(const Met& met, int, const Look& look) override { other(met, look); }

    void other(const Met& met, const Look& look) override {
        const Subject& subject = subjects_[met.root];
        const Verdict verdict = judge(look, subject.want, links_protected_);
        if (verdict.kind == Verdict::right) return;
        Tally& tally = tallies_[met.root];
        const auto path = [&] { return met.path(); };
        if (verdict.kind == Verdict::refused)
            tally.refused(verdict.reason, path);
        else if (verdict.kind == Verdict::foreign)
            tally.foreign(path);
        else if (!links_.add(subject.domain, met.root, look, path))
            tally.refused(hard_link::too_many, path);
    }

    void refused(const Met& met, const char* reason) override {
        tallies_[met.root].refused(reason, [&] { return met.path(); });
    }

    const Tally& tally(std::size_t root) const { return tallies_[root]; }

  private:
    const std::vector<Subject>& subjects_;
    const bool links_protected_;
    HardLinks& links_;
    std::vector<Tally> tallies_;
};

/// Whether processes run, by domain, each account asked about once.
class RunningAccounts {
  public:
    explicit RunningAccounts(const std::string& proc) : proc_(proc) {}

    bool has(const Want& want) {
        if (!want.uid) return false;
        const auto [found, is_new] = known_.try_emplace(*want.uid, false);
        if (is_new) found->second = has_process(*want.uid, proc_);
        return found->second;
    }

  private:
    const std::string proc_;
    std::map<std::uint32_t, bool> known_;
};

/// All names of a file go to one directory's account: that of its first root.
void settle_links(const HardLinks& links, const std::vector<Subject>& subjects,
                  const std::string& proc, std::vector<Tally>& tallies) {
    RunningAccounts running(proc);
    links.for_each([&](std::size_t domain, const HardLinks::File& file) {
        const auto path = [&] { return file.example; };
        if (!file.is_all_inside())
            tallies[file.root].refused(hard_link::outside, path, file.names);
        else if (running.has(subjects[domain].want))
            tallies[file.root].refused(hard_link::running, path, file.names);
        else
            tallies[file.root].foreign(path, file.names);
    });
}

}  // namespace

Fd open_declared(const Declared& declared) {
    const Fd directory = open_if_directory(declared.path);
    Look seen;
    // A mount that root may not look into holds nothing for us (EntryState::Type::sealed).
    if (!directory || look(directory.get(), seen) == EACCES) return {};
    return open_for_reading(directory.get(), declared.path);
}

void look_below(const Layout& layout, Observation& observation,
                const std::vector<std::string>& services, const BelowOptions& options,
                const std::stop_token& stop) {
    const std::vector<Subject> subjects = subjects_of(layout, observation, services);
    const bool links_protected = links_are_protected(options.facts);
    HardLinks links(options.max_hard_links);
    std::vector<Observer> observers;
    for (unsigned i = 0; i < std::max(options.threads, 1u); ++i)
        observers.emplace_back(subjects, links_protected, links);

    std::vector<Visitor*> visitors;
    for (Observer& observer : observers) visitors.push_back(&observer);
    std::vector<WalkRoot> roots;
    for (const Subject& subject : subjects) roots.push_back(walk_root(subject.declared));
    walk(
        roots, [&](std::size_t root) { return open_declared(subjects[root].declared); }, visitors,
        stop, options.limits);

    std::vector<Tally> tallies(subjects.size());
    settle_links(links, subjects, options.facts.proc, tallies);
    for (std::size_t root = 0; root < subjects.size(); ++root) {
        for (const Observer& observer : observers) tallies[root].merge(observer.tally(root));
        observation.directories[subjects[root].declared.key()].below = tallies[root].state();
    }
}

}  // namespace jts::hot_storage::sys
