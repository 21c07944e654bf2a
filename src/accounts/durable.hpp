/// Files of /etc that are on disk when the caller goes on.
#pragma once

#include <string>

namespace jts::hot_storage::accounts {

/// Exchanges the text of an existing file for another in one step, owner, group and mode kept.
/// After a power cut there is the old text or the new one.
void replace_file(const std::string& folder, const std::string& name, const std::string& text);

/// Makes sure that the accounts databases, and the renames that put them there, are on disk:
/// systemd-sysusers syncs the files, but not the folder.
void sync_databases(const std::string& etc);

}  // namespace jts::hot_storage::accounts
