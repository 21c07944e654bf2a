#include "sys/give_below.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <vector>

#include "sys/failure.hpp"
#include "sys/owner_batch.hpp"
#include "sys/path.hpp"
#include "sys/processes.hpp"
#include "sys/tally.hpp"

namespace jts::hot_storage::sys {
namespace {

/// All that is counted here is of one service and for one owner.
constexpr std::size_t only_domain = 0;

/// One run, as all its workers see it.
struct Run {
    const Want want;
    const bool links_protected;
    const bool was_still;  ///< no process of the account ran before the walk
    Stillness stillness;
    HardLinks links;
    WalkMeter* meter;
    DirectoryKey target;
    std::string root_path;
    ChangeLog* log;
};

/// What each worker of a pass has.
class PassVisitor : public Visitor {
  public:
    explicit PassVisitor(Run& run) : run_(run), feed_(run.meter) {}

    /// The walk is over: what was put off is done now.
    virtual void finish() {}
    void refused(const Met&, const char*) override {}
    void directory(const Met&, int, const Look&) override {}

    Tally tally;

  protected:
    Verdict judge_anew(const Look& look) const {
        return judge(look, run_.want, run_.links_protected);
    }

    void refuse(const Met& met, const char* reason) {
        tally.refused(reason, [&] { return met.path(); });
    }

    /// What a meter tells is what was given, as the survey before counted it.
    void note_given(std::uint64_t names) {
        feed_.tick(names);
        tally.foreign([] { return std::string(); }, names);
    }

    Owner owner_for(const Look& look) const {
        return {*run_.want.uid, run_.want.group_counts ? *run_.want.gid : look.stx_gid};
    }

    Run& run_;
    MeterFeed feed_;
};

/// First pass: gives everything but files with several names, whose names it counts.
class Giver final : public PassVisitor {
  public:
    explicit Giver(Run& run)
        : PassVisitor(run),
          batch_(
              run.target, run.log,
              [this](const Met& met, const Look& look) { return settle(met, look); },
              [this](const Look&) { note_given(1); }) {}

    void directory(const Met& met, int, const Look& look) override { meet(met, look); }
    void other(const Met& met, const Look& seen) override { meet(met, seen); }
    void refused(const Met& met, const char* reason) override { refuse(met, reason); }
    void finish() override { batch_.flush(); }

  private:
    void meet(const Met& met, const Look& seen) {
        const Verdict verdict = judge_anew(seen);
        if (verdict.kind != Verdict::right && met.directory_path.size() > max_given_path)
            refuse(met, too_deep);
        else if (verdict.kind == Verdict::foreign)
            batch_.add(met, run_.root_path, seen, owner_for(seen));
        else if (verdict.kind != Verdict::right)
            look_again(met, seen);
    }

    /// What is to be counted or refused is looked at through a descriptor as well. What another
    /// mount came to lie over, or took its place, is left to the next run.
    void look_again(const Met& met, const Look& seen) {
        const HeldEntry held = hold_entry(met);
        if (held.fd && identity_of(held.look) == identity_of(seen)) settle(met, held.look);
    }

    /// Whether it is to be given.
    bool settle(const Met& met, const Look& look) {
        const Verdict verdict = judge_anew(look);
        if (verdict.kind == Verdict::refused) refuse(met, verdict.reason);
        if (verdict.kind == Verdict::shared) count(met, look);
        return verdict.kind == Verdict::foreign;
    }

    void count(const Met& met, const Look& look) {
        const auto path = [] { return std::string(); };
        if (!run_.was_still)
            refuse(met, hard_link::running);
        else if (!run_.links.add(only_domain, met.root, look, path))
            refuse(met, hard_link::too_many);
    }

    OwnerBatch batch_;
};

/// Second pass, below the service's other directories: counts names.
class Counter final : public PassVisitor {
  public:
    using PassVisitor::PassVisitor;

    void other(const Met& met, const Look& seen) override {
        if (judge_anew(seen).kind != Verdict::shared) return;
        // Over the limit the count stays short, and the file is refused.
        run_.links.add(only_domain, met.root, seen, [] { return std::string(); });
    }
};

/// Third pass: gives the files whose names were all counted.
class Linker final : public PassVisitor {
  public:
    explicit Linker(Run& run)
        : PassVisitor(run),
          batch_(
              run.target, run.log,
              [this](const Met& met, const Look& look) { return settle(met, look); },
              [this](const Look& look) { note_linked(look); }) {}

    void other(const Met& met, const Look& seen) override {
        // Of what lies deeper no name was counted, and the first pass told so.
        if (met.directory_path.size() > max_given_path) return;
        if (judge_anew(seen).kind == Verdict::shared)
            batch_.add(met, run_.root_path, seen, owner_for(seen));
    }
    void finish() override { batch_.flush(); }

  private:
    bool settle(const Met& met, const Look& look) {
        if (judge_anew(look).kind != Verdict::shared) return false;
        const auto names = run_.links.names_of(only_domain, look);
        if (!names) return false;  // over the limit, and refused before; or new here
        const char* reason = nullptr;
        if (*names != look.stx_nlink)
            reason = hard_link::outside;
        else if (!run_.stillness.holds())
            reason = hard_link::running;
        if (reason != nullptr) refuse(met, reason);
        return reason == nullptr;
    }

    void note_linked(const Look& look) {
        if (run_.links.mark_given(only_domain, look)) note_given(look.stx_nlink);
    }

    OwnerBatch batch_;
};

/// Walks `roots` with visitors of one kind, and adds up what they counted.
template <typename PassKind>
void run_pass(Run& run, const std::vector<WalkRoot>& roots, const OpenRoot& open_root,
              const BelowOptions& options, const std::stop_token& stop, Tally& sum) {
    std::deque<PassKind> workers;
    for (unsigned i = 0; i < std::max(options.threads, 1u); ++i) workers.emplace_back(run);
    std::vector<Visitor*> visitors;
    for (PassKind& worker : workers) visitors.push_back(&worker);
    walk(roots, open_root, visitors, stop, options.limits);
    for (PassKind& worker : workers) {
        worker.finish();
        sum.merge(worker.tally);
    }
}

/// The service's other directories where a name may be of a file that `target` has a name of too.
std::vector<Declared> siblings_of(const Layout& layout, const Declared& target) {
    std::vector<Declared> siblings = declared_directories(layout, {target.service->name});
    std::erase_if(siblings, [&](const Declared& sibling) {
        return sibling.path == target.path || !in_one_domain(sibling, target);
    });
    return siblings;
}

std::vector<WalkRoot> roots_of(const std::vector<Declared>& declared) {
    std::vector<WalkRoot> roots;
    for (const Declared& directory : declared) roots.push_back(walk_root(directory));
    return roots;
}

}  // namespace

ChangeOutcome give_below(const Layout& layout, const Declared& target, int directory,
                         const Want& want, const BelowOptions& options,
                         const std::stop_token& stop) {
    Run run{want,
            links_are_protected(options.facts),
            !has_process(*want.uid, options.facts.proc),
            Stillness(*want.uid, options.facts.proc),
            HardLinks(options.max_hard_links),
            options.meter,
            target.key(),
            target.path,
            options.log};
    const std::vector<WalkRoot> own{walk_root(target)};
    const OpenRoot open_own = [&](std::size_t) { return open_for_reading(directory, target.path); };
    Tally sum;
    run_pass<Giver>(run, own, open_own, options, stop, sum);
    if (!run.links.empty()) {
        const std::vector<Declared> siblings = siblings_of(layout, target);
        const OpenRoot open_sibling = [&](std::size_t i) { return open_declared(siblings[i]); };
        run_pass<Counter>(run, roots_of(siblings), open_sibling, options, stop, sum);
        run_pass<Linker>(run, own, open_own, options, stop, sum);
    }
    return {sum.state().foreign, sum.state().refused};
}

}  // namespace jts::hot_storage::sys
