/// One job on the bus, and the calls that turn into one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "client/connection.hpp"

namespace jts::hot_storage::client {

/// How often the work's progress is asked for.
constexpr std::chrono::microseconds ProgressStep = std::chrono::milliseconds(500);

/// `/org/jts/HotStorage1/job/ID`. Throws `Error(invalid_args)` unless the id is 32 lower-case
/// hexadecimal digits.
std::string job_path(const std::string& id);

/// The id in a path that the service named, nothing where it is no job's.
std::optional<std::string> job_id_in(std::string_view path);

/// The id in a StillRunning's message, which begins with the job's path. Throws `Error(failed)`.
std::string job_id_of_message(std::string_view message);

/// How a job ended: its state, and its method's out arguments.
using JobEnd = std::tuple<JobState, Dictionary>;

class Job {
  public:
    /// Each of the calls below throws the error of its failure, `not_found` where there is no such
    /// job (any more).
    Job(BusConnection& connection, const std::string& id, Effect effect);

    JobStatus status(std::optional<std::chrono::microseconds> limit);
    void cancel(std::optional<std::chrono::microseconds> limit);
    /// Nothing: it still runs after `step`, or a signal came. The answer itself may take as long as
    /// `limit`.
    std::optional<JobEnd> wait(std::optional<std::chrono::microseconds> step,
                               std::optional<std::chrono::microseconds> limit);

    /// Waits for the end and tells `progress`; nothing where `deadline` is over before.
    std::optional<JobEnd> follow(const Deadline& deadline, const OnProgress& progress);

  private:
    template <typename Call>
    auto run_once(std::optional<std::chrono::microseconds> limit, Call&& call);
    template <typename Call>
    auto run(std::optional<std::chrono::microseconds> limit, Call&& call);

    BusConnection& connection_;
    std::string id_;
    Effect effect_;
    std::unique_ptr<sdbus::IProxy> object_;
    JobProxy proxy_;
};

/// What became of the job of a long call, until the deadline, as its method's out arguments.
Dictionary result_of_job(BusConnection& connection, const std::string& still_running, Effect effect,
                         const Deadline& deadline, const OnProgress& progress);

/// `call(options)` makes a call that may take long; `from_job` reads the same answer from the
/// result of its job. Without `progress` the call itself waits for the end.
template <typename Report, typename Call>
Report long_call(BusConnection& connection, Effect effect, const OnProgress& progress,
                 Dictionary options, Call&& call, Report (*from_job)(const Dictionary&)) {
    const Deadline deadline(connection.timeout());
    const auto wait = progress ? std::optional(deadline.left(ProgressStep)) : std::nullopt;
    options["wait"] = sdbus::Variant(as_bus_time(wait));
    try {
        return connection.run(
            deadline.left(), [&](const BusError& error) { return translate(error, effect); },
            [&] { return call(options); });
    } catch (const Error& error) {
        if (error.code() != ErrorCode::still_running) throw;
        return from_job(result_of_job(connection, error.what(), effect, deadline, progress));
    }
}

}  // namespace jts::hot_storage::client
