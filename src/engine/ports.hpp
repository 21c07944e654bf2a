/// The four interfaces through which the engine sees the rest of the world. Real ones live in bus/
/// and engine/accounts_unit.hpp; tests/support holds in-memory ones.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/inspection.hpp"
#include "core/observation.hpp"

namespace jts::hot_storage::engine {

/// The accounts databases of the host.
class Accounts {
  public:
    virtual ~Accounts() = default;

    /// As they are now. Any thread.
    virtual AccountDatabase read() = 0;

    /// Creates every missing account and group that the layout names for the services (all where
    /// empty), by the pins that the plan holds. Blocks; workers only. Throws Error(busy) where the
    /// databases are locked, Error(account_conflict, failed …) otherwise.
    virtual void create(const std::vector<std::string>& services) = 0;
};

/// systemd's manager.
class Units {
  public:
    virtual ~Units() = default;

    /// How a oneshot unit ended.
    struct Outcome {
        std::string job_result;   ///< of JobRemoved: `done`, `failed`, `timeout`, …
        std::string unit_result;  ///< property Result: `success`, `exit-code`, `timeout`, …
    };

    /// Starts the unit (mode "fail") and waits for its job. Blocks; workers only. Throws
    /// Error(failed) where systemd does not answer or refuses.
    virtual Outcome start(const std::string& unit) = 0;

    /// What systemd knows of the units that `pattern` names: a unit's name, looked up also where
    /// it is not loaded, or a glob, of which only loaded ones match. Starts nothing. Units that do
    /// not exist are left out. `service` of each is left empty. Blocks; workers only. Throws
    /// Error(failed) where systemd does not answer.
    virtual std::vector<UnitFacts> look_up(const std::string& pattern) = 0;
};

/// Who calls, as the bus driver names it. Unique names are never reused, so that a caller who is
/// gone can never be taken for somebody else.
struct Caller {
    std::string unique_name;
    bool may_prompt = false;  ///< the message's ALLOW_INTERACTIVE_AUTHORIZATION flag
    bool is_call = false;     ///< a call of its own, not a further question about one
};

/// polkit.
class Authorizer {
  public:
    virtual ~Authorizer() = default;

    /// too_many: the user calls too often, and was not asked about. unreachable: polkit could not
    /// be asked, or did not answer. unknown_caller: the bus did not say whose the call is. It is
    /// uid 0's, for all that is known.
    enum class Verdict {
        granted,
        denied,
        needs_interaction,
        too_many,
        unreachable,
        unknown_caller
    };
    struct Decision {
        Verdict verdict = Verdict::denied;
        std::uint32_t uid = 0;  ///< the caller's; meaningful unless denied
        std::string reason;     ///< for the log and the error's text
    };

    /// Asks whether the caller may do `action` (`org.jts.hotstorage1.…`), without blocking.
    /// `done` is called exactly once, from the loop's thread. Everything but a clear yes is a no.
    virtual void authorize(const Caller& caller, const std::string& action,
                           std::function<void(Decision)> done) = 0;
};

class Clock {
  public:
    virtual ~Clock() = default;
    virtual std::chrono::system_clock::time_point now() = 0;

    /// Since the epoch, as times are on the bus and in records.
    std::uint64_t microseconds() {
        const auto since = std::chrono::floor<std::chrono::microseconds>(now().time_since_epoch());
        return static_cast<std::uint64_t>(since.count());
    }
};

}  // namespace jts::hot_storage::engine
