/// The part of `Client` that is about jobs by their ids.
#include <algorithm>

#include "bus/compat.hpp"
#include "client/connection.hpp"
#include "client/convert_json.hpp"
#include "client/job.hpp"

namespace jts::hot_storage {

namespace {

using ObjectTree = std::map<sdbus::ObjectPath, std::map<std::string, client::Dictionary>>;

ObjectTree managed_objects(sdbus::IProxy& root) {
    ObjectTree objects;
    root.callMethod("GetManagedObjects")
        .onInterface("org.freedesktop.DBus.ObjectManager")
        .storeResultsTo(objects);
    return objects;
}

/// The wait's end: `still_running` at the limit of the wait, `timed_out` at that of every call.
Error not_in_time(const std::string& id, bool limit_is_the_waits) {
    if (!limit_is_the_waits) return client::too_late_for_job(id);
    return Error(ErrorCode::still_running, client::job_path(id) + " still runs");
}

}  // namespace

std::vector<JobStatus> Client::jobs() {
    const auto objects =
        connection_->run_short([this] { return managed_objects(connection_->root()); });
    std::vector<JobStatus> jobs;
    for (const auto& [path, interfaces] : objects) {
        const auto id = client::job_id_in(path);
        const auto found = interfaces.find(client::JobProxy::INTERFACE_NAME);
        if (id && found != interfaces.end()) jobs.push_back(client::to_job(*id, found->second));
    }
    std::ranges::stable_sort(jobs, {}, &JobStatus::started_at);
    return jobs;
}

JobStatus Client::job(const std::string& id) {
    return client::Job(*connection_, id, client::Effect::reads)
        .status(connection_->timeout().value_or(client::ShortCall));
}

Client::JobResult Client::wait_for_job(const std::string& id,
                                       std::optional<std::chrono::microseconds> limit,
                                       const OnProgress& progress) {
    const auto timeout = connection_->timeout();
    const bool limit_is_first = limit && (!timeout || *limit <= *timeout);
    const client::Deadline deadline(limit_is_first ? limit : timeout);
    client::Job job(*connection_, id, client::Effect::reads);
    const auto end = job.follow(deadline, progress);
    if (!end) throw not_in_time(id, limit_is_first);
    const auto& [state, result] = *end;
    return {state, client::json_text_of(result)};
}

void Client::cancel_job(const std::string& id) {
    client::Job(*connection_, id, client::Effect::reads).cancel(connection_->timeout());
}

}  // namespace jts::hot_storage
