/// From the layout's terms to the kernel's: a mode and named entries make an ACL (acl(5)).
#pragma once

#include <cstdint>
#include <vector>

#include "core/layout.hpp"
#include "core/observation.hpp"

namespace jts::hot_storage {

/// The whole ACL of a directory, sorted: always the access lines of `mode`'s nine bits, so that
/// writing them sets these bits too, in one step; the named entries; a mask that lets each of them
/// have all it names; and, where any entry is a default one, the default ACL made the same way.
/// Throws `Error(failed)` where an entry's name is not in `accounts`.
std::vector<AclLine> acl_lines(std::uint32_t mode, const std::vector<AclEntry>& entries,
                               const AccountDatabase& accounts);

}  // namespace jts::hot_storage
