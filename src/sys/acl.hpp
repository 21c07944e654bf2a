/// The ACLs of one open directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/observation.hpp"

namespace jts::hot_storage::sys {

/// Access and default lines, sorted; empty where the mode says everything. `fd` is open for
/// reading; `path` is for messages. Throws `Error(failed)`.
std::vector<AclLine> read_acl(int fd, const std::string& path);

/// Makes the directory's ACLs exactly `lines`; what `lines` has none of is removed.
void write_acl(int fd, const std::string& path, const std::vector<AclLine>& lines);

}  // namespace jts::hot_storage::sys
