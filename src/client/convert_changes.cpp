#include "client/convert.hpp"

namespace jts::hot_storage::client {

AppliedChange to_applied_change(const Dictionary& dictionary) {
    return {required<std::string>(dictionary, "change_id"),
            required<std::string>(dictionary, "operation"),
            required<std::uint32_t>(dictionary, "caller_uid"),
            required<std::uint64_t>(dictionary, "started_at"),
            required<std::uint64_t>(dictionary, "ended_at"),
            required<std::string>(dictionary, "outcome"),
            required<std::string>(dictionary, "digest"),
            required<std::uint32_t>(dictionary, "applied"),
            to_list(required<std::vector<Dictionary>>(dictionary, "changes"), to_change),
            optional<std::string>(dictionary, "rolled_back_by")};
}

RollbackReport to_rollback(const Dictionary& result) {
    return {required<std::string>(result, "change_id"), required<std::uint32_t>(result, "restored"),
            to_list(required<std::vector<Dictionary>>(result, "not_restored"), to_refusal),
            required<std::vector<std::string>>(result, "kept")};
}

ChangeApplied to_change_applied(const std::string& change_id, const Dictionary& details) {
    return {change_id,
            required<std::string>(details, "operation"),
            required<std::string>(details, "outcome"),
            required<std::uint32_t>(details, "applied"),
            required<std::uint32_t>(details, "refused"),
            required<std::uint32_t>(details, "caller_uid")};
}

}  // namespace jts::hot_storage::client
