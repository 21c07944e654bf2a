#include "sys/walk.hpp"

#include "sys/failure.hpp"
#include "sys/walk_crew.hpp"
#include "sys/walker.hpp"

namespace jts::hot_storage::sys {
namespace {

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
