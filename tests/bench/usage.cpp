/// The count of a tree: we against `du -s` on the same tree, in turn in one run, after both gave
/// the same answer. Prints the ratio's median and spread as JSON. Needs root; the tree is on a
/// tmpfs that nobody else sees.
///
///     bench_usage [FILES] [ROUNDS]

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "bench/bench.hpp"
#include "support/layouts.hpp"
#include "sys/observer.hpp"
#include "sys/survey.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr const char* top = "/mnt/hot/db";

std::string first_word_of(const char* command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command, "r"), &::pclose);
    char line[128] = "";
    if (!output || std::fgets(line, sizeof line, output.get()) == nullptr)
        throw std::runtime_error(std::string("cannot run ") + command);
    return std::to_string(std::strtoull(line, nullptr, 10));
}

sys::Survey count(const Layout& layout, const AccountDatabase& accounts, unsigned threads) {
    sys::SurveyOptions options;
    options.counts_space = true;
    options.below.threads = threads;
    return sys::survey(layout, sys::observe_declared(layout, accounts, {}), {}, options, {});
}

void run(unsigned files, int rounds) {
    const Sandbox sandbox;
    Layout layout;
    layout.base = "/mnt/hot";
    layout.services = {service("db", own_directory("root"), {"data"})};
    AccountDatabase accounts;
    accounts.users = {{"root", 0, 0, "/root", "/bin/bash", User::Password::locked}};
    accounts.groups = {{"root", 0, {}}};
    make_directory("/mnt/hot");
    make_directory(top);
    make_directory(std::string(top) + "/data");
    make_tree(std::string(top) + "/data", files);

    const auto counted = count(layout, accounts, 2).counted.services.at("db");
    if (std::to_string(counted.used_bytes) != first_word_of("du -s -x -B1 /mnt/hot/db") ||
        std::to_string(counted.inodes) != first_word_of("du -s -x --inodes /mnt/hot/db"))
        throw std::runtime_error("we and du count differently");

    Ratios one, two;
    for (int round = 0; round < rounds; ++round) {
        const double theirs = seconds([] { first_word_of("du -s -x /mnt/hot/db"); });
        const double ours_by_one = seconds([&] { count(layout, accounts, 1); });
        const double ours_by_two = seconds([&] { count(layout, accounts, 2); });
        one.values.push_back(ours_by_one / theirs);
        two.values.push_back(ours_by_two / theirs);
        std::fprintf(stderr, "du %.3f s, we %.3f s by one thread, %.3f s by two\n", theirs,
                     ours_by_one, ours_by_two);
    }
    std::printf(
        "{\"bench\": \"usage\", \"inodes\": %llu, \"ratio\": %.3f, \"spread\": [%.3f, %.3f], "
        "\"ratio_one_thread\": %.3f}\n",
        static_cast<unsigned long long>(counted.inodes), two.median(), two.lowest(), two.highest(),
        one.median());
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) try {
    const auto argument = [&](int index, int otherwise) {
        return argc > index ? std::atoi(argv[index]) : otherwise;
    };
    jts::hot_storage::test::run(static_cast<unsigned>(argument(1, 300'000)), argument(2, 7));
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench_usage: %s\n", error.what());
    return 1;
}
