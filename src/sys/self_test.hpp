/// Is what a process is about to need really there? Tried harmlessly, at its start.
#pragma once

#include <string>
#include <vector>

namespace jts::hot_storage::sys {

/// Something that the daemon's unit should give and that is not there.
struct Lack {
    std::string what;
    std::string giver;    ///< the line of the unit, as one would look for it
    std::string without;  ///< what fails

    bool operator==(const Lack&) const = default;
};

struct SelfTestPaths {
    std::string proc = "/proc";
    std::string state = "/var/lib/jts-hot-storage";
    std::string runtime = "/run/jts-hot-storage";
};

/// Everything that the daemon needs beyond starting, in the order of the unit. Leaves nothing
/// behind, not even where it is killed half-way but for an empty file of its own that the next one
/// takes over.
std::vector<Lack> self_test(const SelfTestPaths& paths = {});

}  // namespace jts::hot_storage::sys
