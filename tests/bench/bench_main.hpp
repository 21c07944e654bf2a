/// The main function of a benchmark that makes a host of its own.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "bus/world.hpp"

namespace jts::hot_storage::test {

using Arguments = std::vector<std::string>;

/// Runs `bench` in namespaces, which take no argument, with the program's own: as many as
/// `synopsis` has words. Returns the exit status.
inline int bench_main(int argc, char** argv, std::string_view synopsis,
                      void (*bench)(const Arguments&)) {
    static Arguments given;
    static void (*run)(const Arguments&);
    given.assign(argv + 1, argv + argc);
    run = bench;
    if (std::ranges::count(synopsis, ' ') + 1 != argc - 1) {
        std::fprintf(stderr, "usage: %s %s\n", argv[0], std::string(synopsis).c_str());
        return 2;
    }
    return in_namespaces([] {
        try {
            run(given);
            return 0;
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, error.what());
            return 1;
        }
    });
}

}  // namespace jts::hot_storage::test
