/// Where the directories lie that a change is about, and what must be there before one that was
/// interrupted goes on.
#pragma once

#include <vector>

#include "core/layout.hpp"
#include "engine/change_record.hpp"
#include "engine/journal_reader.hpp"

namespace jts::hot_storage::engine {

/// Of the directories of the plan and those above them: where something is mounted.
std::vector<DirectoryKey> mounts_of(const Layout& layout, const std::vector<RecordedChange>& plan);

/// Throws Error(recovery_pending) where a drive may not be mounted yet: it is waited for. `reader`
/// has a header, whose layout is `layout`, and is scanned.
void expect_in_place(const Layout& layout, const JournalReader& reader);

}  // namespace jts::hot_storage::engine
