/// From a D-Bus error to an `Error` that tells a person what happened and what to do.
#pragma once

#include <string>

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::client {

/// Whether the call that failed may have changed the host.
enum class Effect { reads, changes };

/// An error reply, or what sd-bus itself says where there is no reply.
struct BusError {
    std::string name;
    std::string message;
};

/// Never a bare D-Bus name: where the message is empty the sentence is ours.
Error translate(const BusError& error, Effect effect);

/// The same for a call to the object of job `id`: where there is none, `not_found`.
Error translate_of_job(const BusError& error, Effect effect, const std::string& id);

/// A signal ended sd-bus's wait for the answer, as older versions let it.
bool was_interrupted(const BusError& error);

/// The client gave up on a job, which goes on.
Error too_late_for_job(const std::string& id);

/// For a bus that could not be connected to, whatever the reason.
/// `host`: over ssh, there.
Error no_bus(const BusError& error, const std::string& host);

}  // namespace jts::hot_storage::client
