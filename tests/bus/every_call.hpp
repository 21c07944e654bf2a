/// Every call that the live objects say they can take, with arguments that mean nothing special.
#pragma once

#include <string>
#include <vector>

#include "bus/introspection.hpp"

namespace jts::hot_storage::test {

struct EveryCall {
    enum class Kind {
        gated,  ///< a method of the service: polkit decides
        open,   ///< what D-Bus itself has, and getters: for everybody
        set,    ///< Properties.Set: for root
    };

    Kind kind;
    std::string title;  ///< path, interface and member
    Call call;
};

/// Each method of each object; Get and Set of each property, GetAll of each interface with any.
std::vector<EveryCall> every_call(const ObjectTree& tree);

}  // namespace jts::hot_storage::test
