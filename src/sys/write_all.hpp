/// Writing that a signal or a short write does not cut off.
#pragma once

#include <string_view>

namespace jts::hot_storage::sys {

/// Zero, or the errno value that stopped it.
int write_all(int fd, std::string_view bytes) noexcept;

}  // namespace jts::hot_storage::sys
