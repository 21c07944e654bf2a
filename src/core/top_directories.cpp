#include "core/top_directories.hpp"

#include <algorithm>
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

bool grows_faster(const DirectoryUsage& a, const DirectoryUsage& b) {
    return growth_of(a) != growth_of(b) ? growth_of(a) > growth_of(b) : is_larger(a, b);
}

}  // namespace

std::vector<DirectoryUsage> pick_top(std::vector<DirectoryUsage> directories, std::size_t count) {
    std::ranges::sort(directories, is_larger);
    const auto largest = std::min(count, directories.size());
    std::vector<DirectoryUsage> top(directories.begin(),
                                    directories.begin() + static_cast<std::ptrdiff_t>(largest));
    // Those that are among the fastest and the largest are in `top` already.
    std::vector<DirectoryUsage> fastest = directories;
    std::ranges::sort(fastest, grows_faster);
    fastest.resize(largest);
    for (auto& one : fastest) {
        if (growth_of(one) > 0 && std::ranges::find(top, one) == top.end())
            top.push_back(std::move(one));
    }
    std::ranges::sort(top, is_larger);
    return top;
}

}  // namespace jts::hot_storage
