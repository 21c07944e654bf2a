/// A damaged history makes room for a new one, and stays beside it.
#pragma once

#include <string>

namespace jts::hot_storage::sys {

/// Renames `history.db`, and what SQLite keeps beside it, to `history.db.damaged-TIME`. Of such
/// files the first, which holds most, and the last two are kept. Returns a sentence that says so;
/// throws `Error(failed)`.
std::string set_history_aside(const std::string& folder, const std::string& reason);

}  // namespace jts::hot_storage::sys
