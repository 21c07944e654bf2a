/// Whatever was thrown, as the one exception type that callers see.
#pragma once

#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage {

/// From within a catch block: what is being handled. Anything but an `Error` is a bug of ours, and
/// becomes Error(failed) that says so.
Error current_error();

}  // namespace jts::hot_storage
