#include "core/top_directories.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

namespace jts::hot_storage {
namespace {

bool is_larger(const DirectoryUsage& a, const DirectoryUsage& b) {
    return std::tie(b.used_bytes, a.path) < std::tie(a.used_bytes, b.path);
}

/// Of what does not grow, nothing.
double growth_of(const DirectoryUsage& directory) {
    return std::max(directory.growth_bytes_per_day.value_or(0), 0.0);
}

}  // namespace

TopDirectories pick_top(std::vector<DirectoryUsage> directories, std::size_t count) {
    std::ranges::sort(directories, is_larger);
    const auto most = std::min(count, directories.size());
    std::vector<std::size_t> by_growth(directories.size());
    std::iota(by_growth.begin(), by_growth.end(), std::size_t{0});
    std::ranges::stable_sort(by_growth, [&](std::size_t a, std::size_t b) {
        return growth_of(directories[a]) > growth_of(directories[b]);
    });
    std::set<std::size_t> chosen;
    TopDirectories top;
    std::size_t bytes = 0;
    const auto choose = [&](std::size_t index) {
        if (chosen.contains(index)) return;
        const auto length = directories[index].path.size();
        if (length > most_top_bytes - bytes) {
            top.incomplete = true;
            return;
        }
        bytes += length;
        chosen.insert(index);
    };
    for (std::size_t i = 0; i < most; ++i) {
        choose(i);
        if (growth_of(directories[by_growth[i]]) > 0) choose(by_growth[i]);
    }
    for (const auto index : chosen) top.directories.push_back(std::move(directories[index]));
    return top;
}

}  // namespace jts::hot_storage
