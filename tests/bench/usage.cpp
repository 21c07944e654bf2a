/// The count of a tree: GetUsage at full speed, called over the bus of a daemon that runs on a host
/// of its own, against `du -s` on the same tree, in turn in one run, after both gave the same
/// answer; warm, and after the kernel has forgotten what it read. Prints medians of ratios as JSON.
/// `floor_ratio` is what no program that looks at every entry can get below (usage_floor.hpp).
/// Needs root.
///
///     bench_usage [FILES] [ROUNDS] [ext4|xfs|btrfs]

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/bench.hpp"
#include "bench/disk.hpp"
#include "bench/usage_floor.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr const char* top = "/mnt/jts/hot/backup";

std::uint64_t first_number_of(const char* command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command, "r"), &::pclose);
    char line[128] = "";
    if (!output || std::fgets(line, sizeof line, output.get()) == nullptr)
        throw std::runtime_error(std::string("cannot run ") + command);
    return std::strtoull(line, nullptr, 10);
}

struct Count {
    std::uint64_t bytes;
    std::uint64_t inodes;
    bool operator==(const Count&) const = default;
};

Count count_by_du() {
    return {first_number_of("du -s -x -B1 /mnt/jts/hot/backup"),
            first_number_of("du -s -x --inodes /mnt/jts/hot/backup")};
}

/// A walk begun now. A dictionary's value is its type and itself: see bus/message_json.hpp.
Count count_by_us(Caller& root) {
    const Answer answer = root.call(
        {"GetUsage", services_and_options({"backup"}, {{"max_age", std::uint64_t{0}},
                                                       {"priority", std::string("full")},
                                                       {"wait", std::uint64_t{3'600'000'000}}})});
    if (!answer.ok()) throw std::runtime_error(answer.error + ": " + answer.message);
    const auto& counted = answer.values.at(0).at("backup");
    return {counted.at("used_bytes").get<std::uint64_t>(),
            counted.at("inodes").get<std::uint64_t>()};
}

long peak_kib(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    std::string word;
    while (status >> word && word != "VmHWM:") {
    }
    long kib = 0;
    status >> kib;
    return kib;
}

void print(const char* state, const Ratios& ratio, const Ratios& floor) {
    std::printf("\"%s\": {\"ratio\": %.3f, \"spread\": [%.3f, %.3f], \"floor_ratio\": %.3f}, ",
                state, ratio.median(), ratio.lowest(), ratio.highest(), floor.median());
}

void measure(const char* state, int rounds, Caller& root, const std::function<void()>& prepare) {
    const auto directories = directories_of(top);
    const unsigned threads = std::max(std::thread::hardware_concurrency(), 2u);
    Ratios ratio, floor;
    for (int round = 0; round < rounds; ++round) {
        prepare();
        const double theirs = seconds([] { first_number_of("du -s -x /mnt/jts/hot/backup"); });
        prepare();
        const double ours = seconds([&] { count_by_us(root); });
        prepare();
        const double least = seconds([&] { look_with_least_calls(directories, threads); });
        ratio.values.push_back(ours / theirs);
        floor.values.push_back(least / theirs);
        std::fprintf(stderr, "%s: du %.3f s, we %.3f s, floor %.3f s\n", state, theirs, ours,
                     least);
    }
    print(state, ratio, floor);
}

void run(unsigned files, int rounds, const std::string& type) {
    Disk disk(type, files);
    BusHost host;
    std::filesystem::create_directories("/mnt/jts");
    disk.mount("/mnt/jts");
    host.start_daemon();
    if (const Answer answer = host.provision(); !answer.ok())
        throw std::runtime_error(answer.message);
    make_tree(std::string(top) + "/staging", files);

    Caller root;
    const Count count = count_by_du();
    if (count_by_us(root) != count) throw std::runtime_error("we and du count differently");

    std::printf("{\"bench\": \"usage\", \"type\": \"%s\", \"inodes\": %llu, ", type.c_str(),
                static_cast<unsigned long long>(count.inodes));
    measure("warm", rounds, root, [] {});
    measure("cold", std::max(rounds / 2, 1), root, [&] { disk.forget(); });
    std::printf("\"peak_kib\": %ld}\n", peak_kib(host.daemon().pid()));
    host.stop_daemon();
}

int arguments_count = 0;
char** arguments = nullptr;

int run_as_asked() try {
    const auto number = [](int index, int otherwise) {
        return arguments_count > index ? std::atoi(arguments[index]) : otherwise;
    };
    run(static_cast<unsigned>(number(1, 300'000)), number(2, 7),
        arguments_count > 3 ? arguments[3] : "ext4");
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench_usage: %s\n", error.what());
    return 1;
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) {
    using namespace jts::hot_storage::test;
    arguments_count = argc;
    arguments = argv;
    return in_namespaces(run_as_asked);
}
