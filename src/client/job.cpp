#include "client/job.hpp"

#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

constexpr std::string_view JobFolder = "/org/jts/HotStorage1/job/";

constexpr std::size_t IdDigits = 32;

/// A signal came while sd-bus waited for the answer. Every call to a job may be made again.
struct Interrupted {};

JobEnd to_end(const std::tuple<std::string, Dictionary>& answer) {
    const auto& [name, result] = answer;
    return {to_job_state(name), result};
}

}  // namespace

std::string job_path(const std::string& id) {
    if (!is_hexadecimal(id, IdDigits))
        throw Error(ErrorCode::invalid_args,
                    "'" + id + "' is no job's id: these have 32 digits of 0-9 and a-f");
    return std::string(JobFolder) + id;
}

std::optional<std::string> job_id_in(std::string_view path) {
    if (!path.starts_with(JobFolder)) return std::nullopt;
    path.remove_prefix(JobFolder.size());
    return is_hexadecimal(path, IdDigits) ? std::optional(std::string(path)) : std::nullopt;
}

std::string job_id_of_message(std::string_view message) {
    const auto id = job_id_in(message.substr(0, message.find(' ')));
    if (!id)
        throw Error(ErrorCode::failed, "the service still works, but names no job to wait for: " +
                                           std::string(message));
    return *id;
}

Job::Job(BusConnection& connection, const std::string& id, Effect effect)
    : connection_(connection),
      id_(id),
      effect_(effect),
      object_(connection.object_at(job_path(id))),
      proxy_(*object_) {}

template <typename Call>
auto Job::run_once(std::optional<std::chrono::microseconds> limit, Call&& call) {
    return connection_.run(
        limit,
        [this](const BusError& error) {
            if (was_interrupted(error)) throw Interrupted();
            return translate_of_job(error, effect_, id_);
        },
        std::forward<Call>(call));
}

template <typename Call>
auto Job::run(std::optional<std::chrono::microseconds> limit, Call&& call) {
    while (true) {
        try {
            return run_once(limit, call);
        } catch (const Interrupted&) {
            continue;
        }
    }
}

JobStatus Job::status(std::optional<std::chrono::microseconds> limit) {
    return run(limit,
               [this] { return to_job(id_, properties_of(*object_, JobProxy::INTERFACE_NAME)); });
}

void Job::cancel(std::optional<std::chrono::microseconds> limit) {
    run(limit, [this] { proxy_.Cancel(); });
}

std::optional<JobEnd> Job::wait(std::optional<std::chrono::microseconds> step,
                                std::optional<std::chrono::microseconds> limit) try {
    return run_once(limit, [&] { return to_end(proxy_.Wait(as_bus_time(step))); });
} catch (const Error& error) {
    if (error.code() != ErrorCode::still_running) throw;
    return std::nullopt;
} catch (const Interrupted&) {
    return std::nullopt;
}

std::optional<JobEnd> Job::follow(const Deadline& deadline, const OnProgress& progress) try {
    bool watched = static_cast<bool>(progress);
    while (!deadline.over()) {
        if (watched && !progress(status(deadline.left()))) {
            cancel(deadline.left());
            watched = false;
        }
        const auto step = watched ? std::optional(deadline.left(ProgressStep)) : deadline.left();
        if (auto end = wait(step, deadline.left())) return end;
    }
    return std::nullopt;
} catch (const Error& error) {
    // The bus may notice first that the time is over.
    if (error.code() != ErrorCode::timed_out) throw;
    return std::nullopt;
}

namespace {

/// What could not be undone would have made the job a failed one.
const char* state_after(Effect effect) {
    return effect == Effect::changes
               ? "; what it had changed was undone, but for accounts and groups, which stay"
               : "";
}

}  // namespace

Dictionary result_of_job(BusConnection& connection, const std::string& still_running, Effect effect,
                         const Deadline& deadline, const OnProgress& progress) {
    const std::string id = job_id_of_message(still_running);
    const auto end = Job(connection, id, effect).follow(deadline, progress);
    if (!end) throw too_late_for_job(id);
    const auto& [state, result] = *end;
    if (state == JobState::cancelled)
        throw Error(ErrorCode::cancelled, "job " + id + " was cancelled" + state_after(effect));
    return result;
}

}  // namespace jts::hot_storage::client
