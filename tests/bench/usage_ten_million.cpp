/// The count of very many files: GetUsage at full speed over the bus, on a tree of FILES empty
/// files in directories of 5,000 and on one of a tenth of them, after du has found the same; cold,
/// then warm as far as the machine's memory holds the tree (some 1.4 KB a file). Prints, as JSON,
/// the middle of the seconds, the entries a second and the peak memory of a daemon that does
/// nothing else, and how many times as long an entry takes and as much memory is needed in the big
/// tree. Needs root.
///
///     bench_usage_ten_million FILES ROUNDS

#include <fcntl.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdio>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/bench.hpp"
#include "bench/bench_main.hpp"
#include "bench/cost.hpp"
#include "bench/disk.hpp"
#include "bench/usage_host.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned files_a_directory = 5'000;
constexpr std::uintmax_t disk_bytes_a_file = 1024;  ///< an inode and a name

void make_empty_files(const std::string& directory) {
    make_directory(directory);
    const sys::Fd parent(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (unsigned i = 0; i < files_a_directory; ++i)
        require(::mknodat(parent.get(), std::to_string(i).c_str(), S_IFREG | 0644, 0) == 0,
                "make a file in " + directory);
}

void make_tree_of_empty_files(const std::string& top, unsigned files) {
    constexpr unsigned threads = 4;
    std::vector<std::future<void>> crew;
    for (unsigned first = 0; first < threads; ++first)
        crew.push_back(std::async(std::launch::async, [=] {
            for (unsigned i = first; i < files / files_a_directory; i += threads)
                make_empty_files(top + "/" + std::to_string(i));
        }));
    for (auto& each : crew) each.get();
}

Json measure(int rounds, UsageHost& host, const Count& count,
             const std::function<void()>& prepare) {
    const pid_t daemon = host.renew_daemon();
    Caller root;
    Ratios taken, cpu;
    long peak_kib = 0;
    for (int round = 0; round < rounds; ++round) {
        prepare();
        const Cost cost = cost_of_asking(daemon, [&] {
            if (count_by_us(root, "full") != count)
                throw std::runtime_error("we count differently each time");
        });
        taken.values.push_back(cost.seconds);
        cpu.values.push_back(cost.cpu_seconds);
        peak_kib = cost.peak_kib;
        std::fprintf(stderr, "%.3f s, %ld KiB\n", cost.seconds, cost.peak_kib);
    }
    return {{"seconds", rounded(taken.median())},
            {"spread", {rounded(taken.lowest()), rounded(taken.highest())}},
            {"cpu_seconds", rounded(cpu.median())},
            {"entries_per_second", std::lround(static_cast<double>(count.inodes) / taken.median())},
            {"peak_kib", peak_kib}};
}

Json measure_tree(unsigned files, int rounds) {
    Disk disk("ext4", files, disk_bytes_a_file);
    UsageHost host(disk);
    std::fprintf(stderr, "making %u files\n", files);
    make_tree_of_empty_files(UsageHost::tree, files);
    const Count count = host.agreed_count();
    Json result{{"inodes", count.inodes}};
    result["cold"] = measure(rounds, host, count, [&] { disk.forget(); });
    result["warm"] = measure(rounds, host, count, [] {});
    return result;
}

/// What grows with the tree though it should not.
Json growth(const Json& small, const Json& big) {
    const auto times = [&](const char* of) {
        return rounded(big.at(of).get<double>() / small.at(of).get<double>());
    };
    return {{"seconds_an_entry", rounded(1 / times("entries_per_second"))},
            {"peak_kib", times("peak_kib")}};
}

void run(unsigned files, int rounds) {
    if (files < 10 * files_a_directory)
        throw std::runtime_error("a tenth of the files does not fill a directory");
    const Json small = measure_tree(files / 10, rounds);
    const Json big = measure_tree(files, rounds);
    const Json result{{"bench", "usage_ten_million"},
                      {"small", small},
                      {"big", big},
                      {"times",
                       {{"cold", growth(small.at("cold"), big.at("cold"))},
                        {"warm", growth(small.at("warm"), big.at("warm"))}}}};
    std::printf("%s\n", result.dump().c_str());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) {
    using namespace jts::hot_storage::test;
    return bench_main(argc, argv, "FILES ROUNDS", [](const Arguments& given) {
        run(static_cast<unsigned>(std::stoul(given[0])), std::stoi(given[1]));
    });
}
