/// What a count does to a database beside it: how long commits take on the file system of the tree
/// while it is quiet, while GetUsage counts the tree again and again at the priority `idle` and at
/// `full`, and while du does, by itself and with the least priority that a shell can give it; in
/// turn in one run, on a warm tree and on one that the kernel forgets before each count. Prints
/// medians as JSON: microseconds, and the ratio to the same round's quiet. Needs root.
///
/// A count at `full` is over sooner and so follows more often; `counts` says how often one began.
/// On `folder` the tree is on the machine's own disk, which is told whose a request is; a loop
/// device's requests are the kernel's own, so that there a priority is the processor's alone.
///
///     bench_polite FILES ROUNDS SECONDS folder|ext4|xfs|btrfs

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench.hpp"
#include "bench/bench_main.hpp"
#include "bench/commits.hpp"
#include "bench/disk.hpp"
#include "bench/usage_host.hpp"

namespace jts::hot_storage::test {
namespace {

using Json = nlohmann::ordered_json;

/// Counts until there is enough; what it began has ended when it returns. `begin` is called as each
/// count begins.
using Neighbour = std::function<void(std::stop_token enough, const std::function<void()>& begin)>;

/// The last count ends when the daemon is stopped.
Neighbour we_at(const std::string& priority) {
    return [priority](std::stop_token enough, const std::function<void()>& begin) {
        Caller root;
        while (!enough.stop_requested()) {
            begin();
            try {
                count_by_us(root, priority);
            } catch (const std::runtime_error&) {
                if (!enough.stop_requested()) throw;
            }
        }
    };
}

Neighbour program(const std::vector<std::string>& command) {
    return [command](std::stop_token enough, const std::function<void()>& begin) {
        while (!enough.stop_requested()) {
            begin();
            Process running(Program{.arguments = command});
            std::optional<int> status;
            while (!enough.stop_requested() && !status)
                status = running.wait(std::chrono::milliseconds(50));
            if (status.value_or(0) != 0)
                throw std::runtime_error(command.front() + " failed: " + running.errors());
        }
    };
}

void nobody(std::stop_token, const std::function<void()>&) {}

struct Situation {
    std::string name;
    Neighbour neighbour;
    Ratios p50, p99, p50_ratio, p99_ratio, counts;

    Json result() const {
        return {{"p50_usec", rounded(p50.median())},
                {"p99_usec", rounded(p99.median())},
                {"p50_ratio", rounded(p50_ratio.median())},
                {"p99_ratio", rounded(p99_ratio.median())},
                {"p99_spread", {rounded(p99_ratio.lowest()), rounded(p99_ratio.highest())}},
                {"counts", std::lround(counts.median())}};
    }
};

/// Quiet comes first.
std::vector<Situation> situations() {
    const std::string top = UsageHost::top;
    std::vector<Situation> all;
    all.push_back({"quiet", nobody});
    all.push_back({"idle", we_at("idle")});
    all.push_back({"full", we_at("full")});
    all.push_back({"du", program({"/usr/bin/du", "-s", "-x", top})});
    all.push_back({"polite_du", program({"/usr/bin/ionice", "-c3", "/usr/bin/nice", "-n19",
                                         "/usr/bin/du", "-s", "-x", top})});
    return all;
}

class Bench {
  public:
    Bench(Disk& disk, unsigned files, std::chrono::seconds window) : host_(disk), window_(window) {
        std::fprintf(stderr, "making %u files\n", files);
        make_tree(UsageHost::tree, files);
        commit_for(std::chrono::seconds(1), file_);
        inodes = host_.agreed_count().inodes;
    }

    Json measure(const char* state, int rounds, const std::function<void()>& prepare) {
        auto all = situations();
        for (int round = 0; round < rounds; ++round)
            for (Situation& each : all) {
                take_turn(each, prepare);
                each.p50_ratio.values.push_back(each.p50.values.back() / all[0].p50.values.back());
                each.p99_ratio.values.push_back(each.p99.values.back() / all[0].p99.values.back());
                std::fprintf(stderr, "%s %s: p50 %.0f us, p99 %.0f us, %.0f counts\n", state,
                             each.name.c_str(), each.p50.values.back(), each.p99.values.back(),
                             each.counts.values.back());
            }
        Json result;
        for (const Situation& each : all) result[each.name] = each.result();
        return result;
    }

    std::uint64_t inodes = 0;

  private:
    void take_turn(Situation& situation, const std::function<void()>& prepare) {
        unsigned counts = 0;
        std::exception_ptr failure;
        ::sync();  // no turn pays for another's
        prepare();
        std::jthread counting([&](std::stop_token enough) {
            try {
                situation.neighbour(enough, [&] {
                    ++counts;
                    prepare();
                });
            } catch (...) {
                failure = std::current_exception();
            }
        });
        const Commits commits = commit_for(window_, file_);
        counting.request_stop();
        host_.renew_daemon();
        counting.join();
        if (failure) std::rethrow_exception(failure);
        situation.p50.values.push_back(commits.p50);
        situation.p99.values.push_back(commits.p99);
        situation.counts.values.push_back(counts);
    }

    UsageHost host_;
    const std::chrono::seconds window_;
    const std::string file_ = std::string(UsageHost::tree) + "/database";
};

void run(unsigned files, int rounds, std::chrono::seconds window, const std::string& type) {
    Disk disk(type, files);
    Bench bench(disk, files, window);
    Json result{{"bench", "polite"}, {"type", type}, {"inodes", bench.inodes}};
    result["warm"] = bench.measure("warm", rounds, [] {});
    disk.forget();
    result["cold"] = bench.measure("cold", rounds, forget_what_was_read);
    std::printf("%s\n", result.dump().c_str());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) {
    using namespace jts::hot_storage::test;
    return bench_main(argc, argv, "FILES ROUNDS SECONDS folder|ext4|xfs|btrfs",
                      [](const Arguments& given) {
                          run(static_cast<unsigned>(std::stoul(given[0])), std::stoi(given[1]),
                              std::chrono::seconds(std::stoi(given[2])), given[3]);
                      });
}
