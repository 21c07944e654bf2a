/// Ownership of a tree: we against `chown -R && chmod -R` on the same tree, in turn in one run.
/// Prints medians of ratios as JSON. Needs root; the tree is on a tmpfs that nobody else sees.
///
///     bench_owners [FILES] [ROUNDS]

#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/bench.hpp"
#include "support/layouts.hpp"
#include "sys/changer.hpp"
#include "sys/observer.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr std::uint32_t id = 5001;

class Host {
  public:
    Host() {
        layout_.base = "/mnt/hot";
        layout_.services = {service("db", own_directory("db"), {"data"})};
        accounts_.users = {{"root", 0, 0, "/root", "/bin/bash", User::Password::locked},
                           {"db", id, id, "/mnt/hot/db", "/bin/false", User::Password::locked}};
        accounts_.groups = {{"root", 0, {}}, {"db", id, {}}};
        provision();
    }

    /// What Provision does about the tree.
    void provision() {
        Observation seen = sys::observe_declared(layout_, accounts_, {});
        sys::observe_below(layout_, seen, {}, threads, {});
        for (const PlannedChange& change : make_plan(layout_, seen, {}).changes)
            sys::apply_change(layout_, change, accounts_, threads, nullptr, {});
    }

  private:
    static constexpr unsigned threads = 2;
    Sandbox sandbox_;
    Layout layout_;
    AccountDatabase accounts_;
};

void give_back(const std::string& top) {
    run_program({"/bin/chown", "-R", "0:0", top});
}

void peer(const std::string& top) {
    run_program({"/bin/chown", "-R", std::to_string(id) + ":" + std::to_string(id), top});
    run_program({"/bin/chmod", "-R", "u=rwX,go=rX", top});
}

void run(unsigned files, int rounds) {
    Host host;
    const std::string top = "/mnt/hot/db/data";
    make_tree(top, files);
    Ratios first, again;
    for (int round = 0; round < rounds; ++round) {
        give_back(top);
        const double their_first = seconds([&] { peer(top); });
        const double their_again = seconds([&] { peer(top); });
        give_back(top);
        const double our_first = seconds([&] { host.provision(); });
        const double our_again = seconds([&] { host.provision(); });
        first.values.push_back(our_first / their_first);
        again.values.push_back(our_again / their_again);
        std::fprintf(stderr, "first %.3f/%.3f s, again %.3f/%.3f s\n", our_first, their_first,
                     our_again, their_again);
    }
    std::printf(
        "{\"bench\": \"owners\", \"files\": %u, \"first_ratio\": %.3f, \"first_spread\": "
        "[%.3f, %.3f], \"again_ratio\": %.3f, \"again_spread\": [%.3f, %.3f]}\n",
        files, first.median(), first.lowest(), first.highest(), again.median(), again.lowest(),
        again.highest());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) {
    const auto argument = [&](int index, int otherwise) {
        return argc > index ? std::atoi(argv[index]) : otherwise;
    };
    jts::hot_storage::test::run(static_cast<unsigned>(argument(1, 200'000)), argument(2, 5));
}
