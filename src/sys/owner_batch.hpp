/// Gives entries to new owners, many at a time: all of them are recorded on disk before the first
/// is changed, and each is looked at again, through a descriptor, right before its change.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/change_log.hpp"
#include "sys/fd.hpp"
#include "sys/look.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::sys {

/// Of one worker. Entries are changed when the batch is full and when `flush` is called; what is
/// left at the destructor is dropped unchanged.
class OwnerBatch {
  public:
    /// Whether the entry, as it is right before its change, is to be given. `look` is of the same
    /// file as when it was added, with the same owner.
    using Confirm = std::function<bool(const Met& met, const Look& look)>;
    /// Was given.
    using Given = std::function<void(const Look& before)>;

    /// `log` may be null: nothing is recorded then.
    OwnerBatch(DirectoryKey target, ChangeLog* log, Confirm confirm, Given given);

    /// Its place relative to the declared directory at `root_path` is recorded.
    void add(const Met& met, std::string_view root_path, const Look& look, Owner owner);
    void flush();

  private:
    /// Descriptors and paths of `record_.directories`.
    struct Place {
        std::shared_ptr<Fd> directory;
        std::string path;
    };

    void open_place(const Met& met, std::string_view root_path);
    void change_all(std::vector<EntryOutcome>& outcomes);

    BatchRecord record_;
    std::vector<Place> places_;
    std::size_t size_ = 0, bytes_ = 0;
    ChangeLog* log_;
    Confirm confirm_;
    Given given_;
};

/// An entry held by descriptor (O_PATH), and the look through it. Empty where it vanished. Throws
/// `Error(failed)`.
struct HeldEntry {
    Fd fd;
    Look look{};
};
HeldEntry hold_entry(const Met& met);

/// Changes the owner of a held entry and notes what that left; also where that cannot be told, so
/// that nothing that was changed goes unnoted. Throws `Error(failed, no_space)`.
void give_noted(const Met& met, const HeldEntry& held, Owner owner, std::uint32_t index,
                std::vector<EntryOutcome>& outcomes);

}  // namespace jts::hot_storage::sys
