/// The service org.jts.HotStorage1 as typed calls, for programs that would rather not speak D-Bus.
///
/// A `Client` holds one connection to the system bus (DBUS_SYSTEM_BUS_ADDRESS counts, as for every
/// D-Bus program). Calls block. Every failure is an `Error`; beyond the codes that
/// docs/contract.md gives for each method, every call may throw
///  - `service_unreachable`: no bus, no service, or it went away before it answered;
///  - `timed_out`: no answer within `ClientOptions::timeout`;
///  - `failed`: the answer is not one that this library understands.
///
/// Thread-safety: one thread at a time may use a `Client`. Different ones are independent.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jts/hot_storage/error.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

struct ClientOptions {
    /// Whether polkit may ask somebody for a password. Where it may not, a call that needs one
    /// fails at once with `interactive_required`.
    bool allow_prompts = false;
    /// How long one call may take, an open password prompt included. Nothing: 25 s for what is
    /// answered at once, no limit for what walks the tree.
    std::optional<std::chrono::microseconds> timeout;
    /// `[USER@]HOST`: the service of that host, reached over ssh, which must find
    /// systemd-stdio-bridge there. Empty: this host's. polkit sees USER's call there, and cannot
    /// ask for a password.
    std::string host;
};

/// The service's properties, read together. They are cached there: reading them costs nothing.
struct ServiceStatus {
    std::string version;
    std::string base_path;
    std::string layout_digest;
    std::string health;  ///< `unknown`, `unprovisioned`, `ok`, `critical`, …: docs/contract.md
    std::vector<Alert> alerts;  ///< those that stand, by subject

    bool operator==(const ServiceStatus&) const = default;
};

/// How the work of a long call goes, told from within the call about twice a second, by the thread
/// that made it. False: cancel the job; the call then throws `cancelled`, or what became of it.
using OnProgress = std::function<bool(const JobStatus&)>;

/// What the service tells of by itself.
struct AlertRaised {
    Alert alert;
};
/// With the severity as it was raised.
struct AlertCleared {
    Alert alert;  ///< as it stood last
};
/// A change came to its end.
struct ChangeApplied {
    std::string change_id;
    std::string operation;
    std::string outcome;        ///< as AppliedChange has them
    std::uint32_t applied = 0;  ///< elements of its changes
    std::uint32_t refused = 0;  ///< how many; of a rollback: not restored
    std::uint32_t caller_uid = 0;
};
/// Everything was counted, by the timer or by somebody.
struct UsageSampled {
    std::map<std::string, ServiceUsage> services;  ///< by name
};
using Event = std::variant<AlertRaised, AlertCleared, ChangeApplied, UsageSampled>;

/// Called by the thread that follows. False: no more.
using OnEvent = std::function<bool(const Event&)>;

struct UsageOptions {
    std::optional<std::chrono::microseconds> max_age;  ///< nothing: the service's default, 5 min
    bool full_speed = false;                           ///< do not leave the disk to others
    /// How many of the largest and of the fastest-growing directories of each service to name, at
    /// most 100. Only holders of action probe are told; others get `access_denied`.
    unsigned top = 0;
};

class Client {
  public:
    /// Connects. Does not start the service: the first call does.
    explicit Client(const ClientOptions& options = {});
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    ServiceStatus status();

    /// The layout in force as JSON text with the members `layout` and `sources`.
    std::string layout_document();

    /// What provision() would change. `services` are names from the layout, empty = all.
    PlanReport plan(const std::vector<std::string>& services, const OnProgress& progress = {});

    /// Whether the host is as the layout says. `write_probe`: also try to write, as each service.
    ValidationReport validate(const std::vector<std::string>& services, bool write_probe,
                              const OnProgress& progress = {});

    /// How full each service is.
    UsageReport usage(const std::vector<std::string>& services, const UsageOptions& options = {},
                      const OnProgress& progress = {});

    /// Counts all services anew and writes the counts down in the history. Those of which something
    /// could not be read are not written down.
    SampleReport sample(const OnProgress& progress = {});

    /// What was written down of a service, or, without a name, of the base's file system: from
    /// `since` to `until`, both inclusive, microseconds since the epoch, 0 = now; in the order of
    /// time. At most 10,000 points: of more, the last of each of as many spans of equal length.
    std::vector<HistoryPoint> history(const std::string& service, std::uint64_t since,
                                      std::uint64_t until = 0);

    /// The jobs that can be seen now: those that last, and those that ended within 10 minutes.
    /// Oldest first.
    std::vector<JobStatus> jobs();
    /// Throws `not_found`.
    JobStatus job(const std::string& id);
    /// Waits for the end: its state, and what the job's method answers, as JSON text with the keys
    /// of docs/contract.md. A failed job's error is thrown, `still_running` at the time limit.
    struct JobResult {
        JobState state{};
        std::string result;
    };
    JobResult wait_for_job(const std::string& id, std::optional<std::chrono::microseconds> limit,
                           const OnProgress& progress = {});
    void cancel_job(const std::string& id);

    /// Waits for what the service tells of, also across its restarts, until `on_event` answers
    /// false or `ClientOptions::timeout` is over. `on_ready` is called once, when nothing that is
    /// told from then on can be missed. Does not start the service.
    void follow(const std::function<void()>& on_ready, const OnEvent& on_event);

    /// The changes that the service remembers, the oldest first.
    std::vector<AppliedChange> changes();

    /// Gives back what the change changed, where nobody touched it since. `dry_run`: says what
    /// would be done, and does nothing. Throws `not_found`.
    RollbackReport rollback(const std::string& change_id, bool dry_run,
                            const OnProgress& progress = {});

    /// Makes what is there what the layout says. Fails with `plan_stale`, and has changed nothing,
    /// unless the plan is still the one with this digest; an empty digest takes any plan.
    /// After `timed_out` the change goes on; after `service_unreachable` the service's next start
    /// finishes it: changes() tells.
    ProvisionReport provision(const std::vector<std::string>& services,
                              const std::string& plan_digest, const OnProgress& progress = {});

  private:
    class Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace jts::hot_storage
