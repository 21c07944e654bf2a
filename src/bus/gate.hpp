/// Asks polkit about the sender of a call, and records who was refused.
#pragma once

#include <functional>
#include <string>

#include "bus/actions.hpp"
#include "engine/ports.hpp"
#include "engine/storage.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::bus {

/// What a caller may have beside the method itself; asked for without a prompt.
struct Wishes {
    bool names = false;   ///< of entries below declared directories
    bool sample = false;  ///< walks begun for the call
    /// The option that cannot do without names: where polkit does not grant them, the call is
    /// refused.
    const char* names_for = nullptr;
};

/// A caller whom polkit let in, with those of the wishes that polkit granted.
struct Granted {
    engine::Requester requester;
    Wishes may;
};

/// On the loop's thread only.
class Gate {
  public:
    using OnGranted = std::function<void(const Granted&)>;
    using OnRefused = std::function<void(const Error&)>;

    explicit Gate(engine::Authorizer& authorizer) : authorizer_(authorizer) {}

    /// Calls exactly one of the two. `method` is for the record.
    void admit(const std::string& method, const std::string& action, const engine::Caller& caller,
               const Wishes& wishes, OnGranted granted, OnRefused refused);

  private:
    void ask_for_wishes(const std::string& method, const engine::Caller& caller,
                        const Wishes& wishes, const Granted& who, const OnGranted& granted,
                        const OnRefused& refused);

    engine::Authorizer& authorizer_;
};

}  // namespace jts::hot_storage::bus
