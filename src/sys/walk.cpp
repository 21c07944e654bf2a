#include "sys/walk.hpp"

#include <algorithm>

#include "sys/failure.hpp"
#include "sys/walk_crew.hpp"
#include "sys/walker.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::string_view told_gap = "/.../";

void run_worker(const std::vector<WalkRoot>& roots, WalkCrew& crew, Visitor& visitor,
                const WalkLimits& limits) {
    try {
        if (crew.courtesy() != nullptr) (void)give_way_to_others();
        Walker(roots, crew, visitor, limits).run();
    } catch (...) {
        crew.fail(std::current_exception());
    }
}

}  // namespace

std::string told_path(std::string_view directory, std::string_view name) {
    std::string path;
    const std::size_t length = directory.size() + 1 + name.size();
    if (length <= max_told_path) {
        path.reserve(length);
        return path.append(directory).append("/").append(name);
    }
    constexpr std::size_t half = (max_told_path - told_gap.size()) / 2;
    const std::size_t of_end = half - std::min(name.size() + 1, half);
    path.append(directory.substr(0, half)).append(told_gap);
    path.append(directory.substr(directory.size() - std::min(of_end, directory.size())));
    return path.append("/").append(name);
}

std::string told_path(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return told_path(path.substr(0, slash), path.substr(slash + 1));
}

void Visitor::unreadable(std::size_t, const std::string& path, const char* action, int error) {
    throw failure_below(action, path, error);
}

void walk(const std::vector<WalkRoot>& roots, const OpenRoot& open_root,
          const std::vector<Visitor*>& visitors, const std::stop_token& stop,
          const WalkLimits& limits, const WalkPace& pace) {
    if (roots.empty()) return;
    WalkCrew crew(roots, open_root, pace, stop);
    crew.run(visitors.size(),
             [&](std::size_t i) { run_worker(roots, crew, *visitors[i], limits); });
    crew.rethrow();
}

}  // namespace jts::hot_storage::sys
