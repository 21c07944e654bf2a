#include "client/exit_codes.hpp"

namespace jts::hot_storage::client {

Exit exit_for(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_args:
        case ErrorCode::invalid_layout:
            return Exit::usage;
        case ErrorCode::access_denied:
        case ErrorCode::interactive_required:
            return Exit::not_authorised;
        case ErrorCode::unknown_service:
        case ErrorCode::not_found:
            return Exit::not_found;
        case ErrorCode::plan_stale:
        case ErrorCode::busy:
            return Exit::conflict;
        case ErrorCode::service_unreachable:
            return Exit::unreachable;
        case ErrorCode::timed_out:
        case ErrorCode::still_running:
            return Exit::timed_out;
        case ErrorCode::limits_exceeded:
        case ErrorCode::not_supported:
        case ErrorCode::unsafe_path:
        case ErrorCode::account_conflict:
        case ErrorCode::no_space:
        case ErrorCode::cancelled:
        case ErrorCode::rolled_back:
        case ErrorCode::partial:
        case ErrorCode::recovery_pending:
        case ErrorCode::failed:
            return Exit::failed;
    }
    return Exit::failed;
}

}  // namespace jts::hot_storage::client
