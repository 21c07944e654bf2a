/// Puts things back as they were before a change, where nobody touched them since. Special bits
/// (set-user-ID, set-group-ID, sticky) and capabilities are never put back: what a service could
/// write meanwhile would run with them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/layout.hpp"
#include "sys/change_log.hpp"
#include "sys/tally.hpp"
#include "sys/target.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::sys {

/// What a change did to the base, a parent of it, or a declared directory.
struct DirectoryChange {
    DirectoryKey target;
    EntryState prior;  ///< `missing`: it was created
    EntryState left;   ///< as the change left it; `missing`: it was removed

    bool operator==(const DirectoryChange&) const = default;
};

/// Why something is not put back; the first words are stable (docs/contract.md).
namespace not_restored {
inline constexpr const char* gone = "gone: it is not there any more, or something else is";
inline constexpr const char* touched = "touched: somebody changed it since";
inline constexpr const char* unknown =
    "touched: whether somebody changed it since cannot be told, because the service was stopped "
    "while it changed this";
inline constexpr const char* not_empty = "not-empty: it holds something now";
inline constexpr const char* immutable = "immutable: has the immutable or append-only attribute";
inline constexpr const char* special_bits =
    "special-bits: its set-user-ID, set-group-ID or sticky bit, or its capabilities, are not put "
    "back";
}  // namespace not_restored

/// What is to be done about one directory, by how it is now.
struct RestoreVerdict {
    enum Kind { already, restore, leave } kind{};
    const char* reason = nullptr;  ///< of `leave`; of `restore` where something is not put back
};
RestoreVerdict judge_restore(const DirectoryChange& change, const EntryState& now);

/// Makes the directory what it was, `now` being how it is. False: it was to be removed and is not
/// empty, or not the same any more. Throws `Error(failed, no_space)`.
bool put_back(const Target& target, const EntryState& now, const EntryState& prior);

/// Whether the directory holds anything but the named ones. For a directory that is gone: no.
bool holds_others(const Target& target, const std::vector<std::string>& names);

struct RestoreOptions {
    bool dry_run = false;
    unsigned threads = polite_threads;
    ChangeLog* log = nullptr;
    WalkMeter* meter = nullptr;
};

/// A batch of entries on its way back.
class BatchRestore {
  public:
    /// Records what is going to be done, which waits for the disk. `outcomes`: nothing where it is
    /// not known what became of the entries. Throws `Error(plan_stale)` where the declared
    /// directory is gone, and then nothing is recorded.
    BatchRestore(const Layout& layout, BatchRecord batch,
                 std::optional<std::vector<EntryOutcome>> outcomes, const RestoreOptions& options);
    ~BatchRestore();

    /// Gives the entries back, and records which; once. Counts what is given back as `foreign`, and
    /// names the rest as refused. Where it is stopped, what was not given back stays as it is.
    void run(const std::stop_token& stop, Tally& tally);

  private:
    class Restorer;
    bool is_recorded() const { return options_.log != nullptr && !options_.dry_run; }

    const BatchRecord batch_;
    const std::optional<std::vector<EntryOutcome>> outcomes_;
    const RestoreOptions options_;
    std::vector<std::unique_ptr<Restorer>> restorers_;
    std::uint64_t number_ = 0;
};

}  // namespace jts::hot_storage::sys
