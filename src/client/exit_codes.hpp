/// What the command's exit status says: docs/contract.md, "The client".
#pragma once

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::client {

enum class Exit {
    done = 0,
    findings = 1,
    usage = 2,  ///< or a layout that is wrong
    failed = 3,
    not_authorised = 4,
    unreachable = 5,
    conflict = 6,
    not_found = 7,
    timed_out = 8,
};

/// The one table from errors to exit statuses.
Exit exit_for(ErrorCode code) noexcept;

}  // namespace jts::hot_storage::client
