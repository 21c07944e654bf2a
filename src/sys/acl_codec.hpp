/// POSIX.1e ACLs as the kernel keeps them in `system.posix_acl_access` and `…_default`
/// (linux/posix_acl_xattr.h). Pure. Our own codec, because libacl's wants paths or a descriptor
/// that O_PATH is not, and keeps every line behind an iterator.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"

namespace jts::hot_storage::sys {

/// Lines in the kernel's order. Throws `Error(failed)` where the bytes are no such attribute.
std::vector<AclLine> decode_acl(std::string_view bytes, bool is_default);

/// The bytes for those of `lines` that are (or are not) default ones; empty where there are none.
std::string encode_acl(const std::vector<AclLine>& lines, bool is_default);

}  // namespace jts::hot_storage::sys
