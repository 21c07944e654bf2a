/// Puts right what a killed useradd or systemd-sysusers left: a line that passwd or group has and
/// shadow or gshadow lacks. Neither tool does so on its next run.
#pragma once

#include <string>
#include <vector>

namespace jts::hot_storage::accounts {

/// Adds the missing lines, with locked passwords, for those of the names that are half-made so.
/// Deletes and alters nothing. The caller holds the DatabaseLock. Returns what was added, such as
/// `shadow:redis`.
std::vector<std::string> add_missing_shadow_lines(const std::string& etc,
                                                  const std::vector<std::string>& users,
                                                  const std::vector<std::string>& groups);

/// Throws Error(account_conflict) where shadow has a line with a usable password for a user that
/// passwd lacks: systemd-sysusers would give the new account that password.
void refuse_leftover_password(const std::string& etc, const std::string& user);

}  // namespace jts::hot_storage::accounts
