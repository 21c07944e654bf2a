/// Reads passwd, group, shadow and gshadow. Our own parser, because NSS would load modules into a
/// root process and because a missing line in one of the four must be seen, not papered over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"

namespace jts::hot_storage::sys {

/// The four texts to one database. Ill-formed lines are skipped, as nss_files does; ids are
/// unsigned 32 bit throughout (CVE-2018-19788). Pure; never throws but for memory.
AccountDatabase parse_accounts(std::string_view passwd, std::string_view group,
                               std::string_view shadow);

/// Reads them from `etc` (the folder). Throws `Error(failed)` where one cannot be read; each is
/// capped at 16 MiB.
AccountDatabase read_accounts(const std::string& etc = "/etc");

/// What is half-made about the account or group: a passwd line without a shadow line, a group line
/// without a gshadow line (where the host has a gshadow), a user whose primary group is missing.
/// One sentence each; empty when whole. `name` may be a user, a group, or both.
std::vector<std::string> account_defects(const std::string& name, const std::string& etc = "/etc");

}  // namespace jts::hot_storage::sys
