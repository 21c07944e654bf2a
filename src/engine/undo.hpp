/// Takes back what a record says was changed, the last first.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/journal_reader.hpp"
#include "engine/journal_writer.hpp"
#include "jts/hot_storage/model.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::engine {

struct UndoOptions {
    bool dry_run = false;
    /// Where the undoing is recorded as a change of its own, made when there is something to do.
    /// Empty: it is not recorded.
    std::function<JournalWriter*()> writer;
    sys::WalkMeter* meter = nullptr;
    /// Right after the change: how a directory is now is how a step left it that could not write
    /// that down any more.
    bool adopts = false;
};

struct UndoReport {
    std::uint64_t restored = 0;                ///< directories and entries
    std::vector<Refusal> not_restored;         ///< with names from inside the tree
    std::vector<Refusal> not_restored_public;  ///< the same, counted by declared directory
    std::set<DirectoryKey> restored_targets;   ///< where something was put back
    bool failed_cleanly = true;                ///< what failed had changed nothing

    /// Everything is as it was before, but for special bits.
    bool is_whole() const;
};

/// `reader` was scanned. What cannot be put back because somebody touched it since is in the
/// report; where something fails, the rest is put back all the same, and then the first failure is
/// thrown as an `Error`; `report` says what was put back.
void undo(const JournalReader& reader, const Layout& layout, const UndoOptions& options,
          const std::stop_token& stop, UndoReport& report);

}  // namespace jts::hot_storage::engine
