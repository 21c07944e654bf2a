/// What callers and administrators are told about a change that did not succeed.
#pragma once

#include <string>
#include <vector>

#include "engine/change_record.hpp"
#include "engine/undo.hpp"
#include "jts/hot_storage/error.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::engine {

bool is_account(const Change& change);

/// The accounts and groups among them: they are never deleted.
std::vector<Change> accounts_among(const std::vector<Change>& changes);

/// The changes of the plan to directories that are among the targets, or below them.
std::vector<Change> changes_in(const ChangeHeader& header, const std::set<DirectoryKey>& targets);

/// A change that failed because of `cause`, and was undone as `report` says; `failure`: what kept
/// the undoing from its end. rolled_back, cancelled or partial, by what came of it.
Error undone_error(const Error& cause, const std::vector<Change>& applied, const UndoReport& report,
                   const Error* failure);

/// The service ends before the change has.
Error interrupted_error(const std::string& change_id);

}  // namespace jts::hot_storage::engine
