#include "client/convert.hpp"

namespace jts::hot_storage::client {

JobState to_job_state(const std::string& name) {
    const auto state = job_state_from(name);
    if (!state) throw answer_not_understood("the state of a job '" + name + "' is unknown");
    return *state;
}

JobStatus to_job(const std::string& id, const Dictionary& properties) {
    return {id,
            required<std::string>(properties, "Kind"),
            to_job_state(required<std::string>(properties, "State")),
            required<std::string>(properties, "Phase"),
            required<double>(properties, "Progress"),
            required<std::uint64_t>(properties, "ItemsDone"),
            required<std::uint64_t>(properties, "ItemsTotal"),
            required<std::uint64_t>(properties, "BytesDone"),
            required<std::uint64_t>(properties, "BytesTotal"),
            required<std::uint32_t>(properties, "OwnerUid"),
            required<std::uint64_t>(properties, "StartedAt")};
}

}  // namespace jts::hot_storage::client
