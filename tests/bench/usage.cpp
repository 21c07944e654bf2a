/// The count of a tree: GetUsage at full speed, called over the bus of a daemon that runs on a host
/// of its own, against `du -s` and the other programs that people count trees with, in turn in one
/// run, after we found what du finds and they about as much; warm, and after the kernel has
/// forgotten what it read. Prints medians as JSON: of each its cost, its time's ratio to du's
/// (`to_du`), and that of our time to its (`ours`). `floor` is what no program that looks at every
/// entry can get below (usage_floor.hpp). Needs root.
///
///     bench_usage FILES ROUNDS ext4|xfs|btrfs

#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/bench.hpp"
#include "bench/bench_main.hpp"
#include "bench/cost.hpp"
#include "bench/disk.hpp"
#include "bench/usage_floor.hpp"
#include "bench/usage_host.hpp"
#include "bench/usage_peers.hpp"

namespace jts::hot_storage::test {
namespace {

using Json = nlohmann::ordered_json;

/// One who takes its turn in every round.
struct Contestant {
    std::string name;
    std::function<Cost()> work;
    Ratios taken, cpu, to_du, ours;
    long peak_kib = 0;

    double last() const { return taken.values.back(); }
    void take_turn() {
        const Cost cost = work();
        taken.values.push_back(cost.seconds);
        cpu.values.push_back(cost.cpu_seconds);
        peak_kib = std::max(peak_kib, cost.peak_kib);
    }
    Json result() const {
        Json result{{"seconds", rounded(taken.median())}, {"cpu_seconds", rounded(cpu.median())}};
        if (peak_kib != 0) result["peak_kib"] = peak_kib;
        result.update({{"to_du", rounded(to_du.median())},
                       {"spread", {rounded(to_du.lowest()), rounded(to_du.highest())}},
                       {"ours", rounded(ours.median())},
                       {"ours_spread", {rounded(ours.lowest()), rounded(ours.highest())}}});
        return result;
    }
};

Cost cost_of_floor(const std::vector<std::string>& directories, unsigned threads) {
    const double before = cpu_seconds(RUSAGE_SELF);
    Cost cost;
    cost.seconds = seconds([&] { look_with_least_calls(directories, threads); });
    cost.cpu_seconds = cpu_seconds(RUSAGE_SELF) - before;
    return cost;
}

struct State {
    std::string name;
    int rounds;
    unsigned floor_threads;
    std::function<void()> prepare;
};

/// We come first, and du second.
std::vector<Contestant> contestants(UsageHost& host, Caller& root, const Count& count,
                                    unsigned floor_threads) {
    const pid_t daemon = host.renew_daemon();
    std::vector<Contestant> all;
    all.push_back({"us", [&, daemon] {
                       return cost_of_asking(daemon, [&] {
                           if (count_by_us(root, "full") != count)
                               throw std::runtime_error("we count differently each time");
                       });
                   }});
    for (const UsagePeer& peer : usage_peers())
        all.push_back({peer.name, [peer] { return cost_of_program(peer.command); }});
    all.push_back({"floor", [directories = directories_of(UsageHost::top), floor_threads] {
                       return cost_of_floor(directories, floor_threads);
                   }});
    return all;
}

Json measure(const State& state, UsageHost& host, const Count& count) {
    Caller root;
    auto all = contestants(host, root, count, state.floor_threads);
    for (int round = 0; round < state.rounds; ++round) {
        std::fprintf(stderr, "%s:", state.name.c_str());
        for (Contestant& each : all) {
            state.prepare();
            each.take_turn();
            std::fprintf(stderr, " %s %.3f s", each.name.c_str(), each.last());
        }
        std::fputc('\n', stderr);
        for (Contestant& each : all) {
            each.to_du.values.push_back(each.last() / all[1].last());
            each.ours.values.push_back(all[0].last() / each.last());
        }
    }
    Json result;
    for (const Contestant& each : all) result[each.name] = each.result();
    return result;
}

/// To a twentieth: gdu takes every directory for 4096 bytes.
void check_sums(const Count& count) {
    for (const UsagePeer& peer : usage_peers()) {
        const auto sum = number_from(peer.sum);
        if (sum < count.bytes * 19 / 20 || sum > count.bytes * 21 / 20)
            throw std::runtime_error(peer.name + " counts " + std::to_string(sum) + " bytes, du " +
                                     std::to_string(count.bytes));
    }
}

void run(unsigned files, int rounds, const std::string& type) {
    Disk disk(type, files);
    UsageHost host(disk);
    std::fprintf(stderr, "%s: making %u files\n", type.c_str(), files);
    make_tree(UsageHost::tree, files);
    const Count count = host.agreed_count();
    check_sums(count);

    const unsigned cores = std::max(std::thread::hardware_concurrency(), 2u);
    // A disk that is waited for takes more questions at a time than there are cores.
    const State warm{"warm", rounds, cores, [] {}};
    const State cold{"cold", std::max(rounds / 2, 1), 16, [&] { disk.forget(); }};
    Json result{{"bench", "usage"}, {"type", type}, {"inodes", count.inodes}};
    for (const State& state : {warm, cold}) result[state.name] = measure(state, host, count);
    std::printf("%s\n", result.dump().c_str());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) {
    using namespace jts::hot_storage::test;
    return bench_main(argc, argv, "FILES ROUNDS ext4|xfs|btrfs", [](const Arguments& given) {
        run(static_cast<unsigned>(std::stoul(given[0])), std::stoi(given[1]), given[2]);
    });
}
