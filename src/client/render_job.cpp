#include <cmath>

#include "client/render.hpp"
#include "client/table.hpp"
#include "client/time_text.hpp"

namespace jts::hot_storage::client {

namespace {

std::string percent_of_job(const JobStatus& job) {
    if (!(job.progress >= 0)) return {};
    return std::to_string(std::lround(std::min(job.progress, 1.0) * 100)) + "%";
}

/// A total of 0 is one that nobody knows.
std::string known(std::uint64_t total) {
    return total == 0 ? std::string() : std::to_string(total);
}

Cell state_cell(JobState state) {
    const std::string name(to_string(state));
    switch (state) {
        case JobState::running:
            break;
        case JobState::succeeded:
            return {name, Tone::good};
        case JobState::failed:
            return {name, Tone::bad};
        case JobState::cancelled:
            return {name, Tone::notable};
    }
    return {name, Tone::plain};
}

Json status_of_job(const JobStatus& job) {
    return {{"job_id", job.job_id},           {"kind", job.kind},
            {"state", to_string(job.state)},  {"phase", job.phase},
            {"progress", job.progress},       {"items_done", job.items_done},
            {"items_total", job.items_total}, {"bytes_done", job.bytes_done},
            {"bytes_total", job.bytes_total}, {"owner_uid", job.owner_uid},
            {"started_at", job.started_at}};
}

/// What of a result fits a line: values as they are, lists and objects as their length.
std::string brief(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_structured() ? std::to_string(value.size()) : value.dump();
}

}  // namespace

std::string jobs_text(const std::vector<JobStatus>& jobs, const Style& style) {
    Table table({"JOB", "KIND", "STATE", "PHASE", "PROGRESS", "ITEMS", "UID", "STARTED"}, style);
    table.align_right({4, 5, 6});
    for (const JobStatus& job : jobs)
        table.add({{job.job_id},
                   {job.kind},
                   state_cell(job.state),
                   {job.phase},
                   {percent_of_job(job)},
                   {std::to_string(job.items_done)},
                   {std::to_string(job.owner_uid)},
                   {time_text(job.started_at)}});
    return table.text();
}

std::string job_text(const JobStatus& job, SizeForm form, const Style& style) {
    Table table({"PROPERTY", "VALUE"}, style);
    table.add({{"job_id"}, {job.job_id}});
    table.add({{"kind"}, {job.kind}});
    table.add({{"state"}, state_cell(job.state)});
    table.add({{"phase"}, {job.phase}});
    table.add({{"progress"}, {percent_of_job(job)}});
    table.add({{"items_done"}, {std::to_string(job.items_done)}});
    table.add({{"items_total"}, {known(job.items_total)}});
    table.add({{"bytes_done"}, {size_text(job.bytes_done, form)}});
    table.add({{"bytes_total"}, {job.bytes_total == 0 ? "" : size_text(job.bytes_total, form)}});
    table.add({{"owner_uid"}, {std::to_string(job.owner_uid)}});
    table.add({{"started_at"}, {time_text(job.started_at)}});
    return table.text();
}

Json jobs_json(const std::vector<JobStatus>& jobs) {
    Json document = json_document();
    document["jobs"] = Json::array();
    for (const JobStatus& job : jobs) document["jobs"].push_back(status_of_job(job));
    return document;
}

Json job_json(const JobStatus& job) {
    Json document = json_document();
    document.update(status_of_job(job));
    return document;
}

std::string job_result_text(const Client::JobResult& result, const Style& style) {
    Table table({"RESULT", "VALUE"}, style);
    table.add({{"state"}, state_cell(result.state)});
    const Json members = Json::parse(result.result);
    for (const auto& [key, value] : members.items()) table.add({{key}, {brief(value)}});
    return table.text();
}

Json job_result_json(const std::string& id, const Client::JobResult& result) {
    Json document = json_document();
    document["job_id"] = id;
    document["state"] = to_string(result.state);
    document["result"] = Json::parse(result.result);
    return document;
}

}  // namespace jts::hot_storage::client
