/// What keeps everything from being changed, told once for a plan's blocker and for a finding.
#pragma once

#include <string>

namespace jts::hot_storage::planning {

struct Fault {
    std::string what;  ///< is wrong, and where
    std::string help;  ///< what to do about it

    std::string text() const { return what + "; " + help; }
};

}  // namespace jts::hot_storage::planning
