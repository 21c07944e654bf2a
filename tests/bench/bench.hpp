/// What every benchmark needs: us and a peer in turn in one run, on one tree, as a ratio.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/sandbox.hpp"

namespace jts::hot_storage::test {

inline double seconds(const std::function<void()>& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The middle of the ratios, and their spread.
struct Ratios {
    std::vector<double> values;

    double at(double share) const {
        std::vector<double> sorted = values;
        std::ranges::sort(sorted);
        return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    }
    double median() const { return at(0.5); }
    double lowest() const { return at(0); }
    double highest() const { return at(1); }
};

/// As it is printed: to a thousandth.
inline double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

/// Files in directories of as many as in a million files of ClickHouse and Kafka.
inline void make_tree(const std::string& top, unsigned files) {
    constexpr unsigned files_a_directory = 53;
    for (unsigned made = 0; made < files; made += files_a_directory) {
        const std::string directory = top + "/" + std::to_string(made);
        make_directory(directory);
        for (unsigned i = 0; i < files_a_directory; ++i)
            make_file(directory + "/" + std::to_string(i));
    }
}

/// `top` and every directory below it.
inline std::vector<std::string> directories_of(const std::string& top) {
    std::vector<std::string> found{top};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top))
        if (entry.is_directory()) found.push_back(entry.path());
    return found;
}

}  // namespace jts::hot_storage::test
