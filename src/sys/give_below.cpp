#include "sys/give_below.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "sys/failure.hpp"
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
};

/// An entry held by descriptor, and the look through it, which is the one that counts.
struct Held {
    Fd fd;
    Look look{};
};

/// Empty where the entry vanished or another mount came to lie over it.
Held hold(const Met& met, const Look& seen) {
    Held held{Fd(::openat(met.directory, met.name, O_PATH | O_NOFOLLOW | O_CLOEXEC))};
    if (!held.fd && errno == ENOENT) return held;
    if (!held.fd) throw failure("open", met.path(), errno);
    if (const int error = look(held.fd.get(), held.look); error != 0)
        throw failure("look at", met.path(), error);
    if (!same_mount(held.look, seen)) held.fd = Fd();
    return held;
}

/// What each worker of a pass has.
class PassVisitor : public Visitor {
  public:
    explicit PassVisitor(Run& run) : run_(run), feed_(run.meter) {}

    Tally tally;

  protected:
    Verdict judge_anew(const Look& look) const {
        return judge(look, run_.want, run_.links_protected);
    }

    void refuse(const Met& met, const char* reason) {
        tally.refused(reason, [&] { return met.path(); });
    }

    /// The kernel takes set-user-ID, set-group-ID and capabilities off whatever is no directory.
    void set_owner(const Met& met, int fd) const {
        const gid_t unchanged = static_cast<gid_t>(-1);
        const gid_t gid = run_.want.group_counts ? *run_.want.gid : unchanged;
        if (::fchownat(fd, "", *run_.want.uid, gid, AT_EMPTY_PATH) != 0)
            throw failure("set owner of", met.path(), errno);
    }

    Run& run_;
    MeterFeed feed_;
};

/// First pass: gives everything but files with several names, whose names it counts.
class Giver final : public PassVisitor {
  public:
    using PassVisitor::PassVisitor;

    void directory(const Met& met, int fd, const Look& look) override {
        feed_.tick();
        settle(met, fd, look, judge_anew(look));
    }

    void other(const Met& met, const Look& seen) override {
        feed_.tick();
        const Verdict at_first = judge_anew(seen);
        if (at_first.kind == Verdict::right) return;
        if (at_first.kind == Verdict::refused) return refuse(met, at_first.reason);
        const Held held = hold(met, seen);
        if (!held.fd || S_ISDIR(held.look.stx_mode)) return;
        settle(met, held.fd.get(), held.look, judge_anew(held.look));
    }

    void refused(const Met& met, const char* reason) override { refuse(met, reason); }

  private:
    void settle(const Met& met, int fd, const Look& look, const Verdict& verdict) {
        switch (verdict.kind) {
            case Verdict::right:
                return;
            case Verdict::refused:
                return refuse(met, verdict.reason);
            case Verdict::shared:
                return count(met, look);
            case Verdict::foreign:
                set_owner(met, fd);
                tally.foreign([] { return std::string(); });
        }
    }

    void count(const Met& met, const Look& look) {
        const auto path = [] { return std::string(); };
        if (!run_.was_still)
            refuse(met, hard_link::running);
        else if (!run_.links.add(only_domain, met.root, look, path))
            refuse(met, hard_link::too_many);
    }
};

/// Second pass, below the service's other directories: counts names.
class Counter final : public PassVisitor {
  public:
    using PassVisitor::PassVisitor;

    void directory(const Met&, int, const Look&) override {}
    void refused(const Met&, const char*) override {}

    void other(const Met& met, const Look& seen) override {
        if (judge_anew(seen).kind != Verdict::shared) return;
        // Over the limit the count stays short, and the file is refused.
        run_.links.add(only_domain, met.root, seen, [] { return std::string(); });
    }
};

/// Third pass: gives the files whose names were all counted.
class Linker final : public PassVisitor {
  public:
    using PassVisitor::PassVisitor;

    void directory(const Met&, int, const Look&) override {}
    void refused(const Met&, const char*) override {}

    void other(const Met& met, const Look& seen) override {
        if (judge_anew(seen).kind != Verdict::shared) return;
        const Held held = hold(met, seen);
        if (!held.fd || judge_anew(held.look).kind != Verdict::shared) return;
        const auto names = run_.links.names_of(only_domain, held.look);
        if (!names) return;  // over the limit, and refused before; or new here
        if (*names != held.look.stx_nlink) return refuse(met, hard_link::outside);
        if (!run_.stillness.holds()) return refuse(met, hard_link::running);
        set_owner(met, held.fd.get());
        if (run_.links.mark_given(only_domain, held.look))
            tally.foreign([] { return std::string(); }, held.look.stx_nlink);
    }
};

/// Walks `roots` with visitors of one kind, and adds up what they counted.
template <typename PassKind>
void run_pass(Run& run, const std::vector<WalkRoot>& roots, const OpenRoot& open_root,
              const BelowOptions& options, const std::stop_token& stop, Tally& sum) {
    std::vector<PassKind> workers;
    workers.reserve(std::max(options.threads, 1u));
    for (unsigned i = 0; i < std::max(options.threads, 1u); ++i) workers.emplace_back(run);
    std::vector<Visitor*> visitors;
    for (PassKind& worker : workers) visitors.push_back(&worker);
    walk(roots, open_root, visitors, stop, options.limits);
    for (const PassKind& worker : workers) sum.merge(worker.tally);
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
    Run run{want, links_are_protected(options.facts), !has_process(*want.uid, options.facts.proc),
            Stillness(*want.uid, options.facts.proc), HardLinks(options.max_hard_links), options.meter};
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
