#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>

#include "sys/failure.hpp"
#include "sys/owner_batch.hpp"
#include "sys/path.hpp"
#include "sys/restore.hpp"

namespace jts::hot_storage::sys {
namespace {

/// Below this many entries a second thread costs more than it saves.
constexpr std::size_t worth_a_thread = 256;

}  // namespace

/// Parts of a BatchRestore, so that they cannot be this file's alone.
namespace restoring {

/// Goes down from a declared directory to those below it, by descriptors, on its own mount. Keeps
/// the last one, since the next is mostly in it.
class Descent {
  public:
    Descent(Fd root, std::string path) : root_(std::move(root)), root_path_(std::move(path)) {
        if (root_ && !can_look(root_, root_path_, origin_)) root_ = Fd();
    }

    /// Empty where the way does not lead there any more.
    int to(const std::string& path) {
        if (!root_) return -1;
        const bool goes_on = current_ && path.size() > path_.size() && path.starts_with(path_) &&
                             path[path_.size()] == '/';
        if (path == path_) return here();
        if (!goes_on) current_ = Fd();
        const std::string_view rest =
            goes_on ? std::string_view(path).substr(path_.size()) : std::string_view(path);
        path_ = path;
        for (const std::string& component : components_of(rest))
            if (!step(component)) return -1;
        return here();
    }

    bool is_on_its_mount(const Look& seen) const { return same_mount(seen, origin_); }

    /// For messages.
    std::string full(const std::string& path) const {
        return path.empty() ? root_path_ : root_path_ + "/" + path;
    }

  private:
    int here() const { return current_ ? current_.get() : root_.get(); }

    /// A mount that root may not look into, such as a user's FUSE, is none of ours.
    static bool can_look(const Fd& fd, const std::string& path, Look& seen) {
        const int error = look(fd.get(), seen);
        if (error != 0 && error != EACCES) throw failure_below("look at", path, error);
        return error == 0;
    }

    bool step(const std::string& component) {
        Fd next = open_component(here(), component.c_str());
        if (!next && !is_absence(errno) && errno != EACCES)
            throw failure_below("open", full(path_), errno);
        Look seen;
        const bool reached = next && can_look(next, full(path_), seen) && same_mount(seen, origin_);
        if (!reached) path_.clear();  // nothing goes on from here
        current_ = reached ? std::move(next) : Fd();
        return reached;
    }

    Fd root_;
    std::string root_path_;
    Look origin_{};
    Fd current_;
    std::string path_;
};

/// What became of the entries, by their index.
class Outcomes {
  public:
    explicit Outcomes(const std::optional<std::vector<EntryOutcome>>& outcomes)
        : outcomes_(outcomes) {}

    bool are_known() const { return outcomes_.has_value(); }
    const EntryOutcome* of(std::uint32_t index) const {
        if (!outcomes_) return nullptr;
        const auto found = std::ranges::lower_bound(*outcomes_, index, {}, &EntryOutcome::index);
        return found != outcomes_->end() && found->index == index ? &*found : nullptr;
    }

  private:
    const std::optional<std::vector<EntryOutcome>>& outcomes_;
};

}  // namespace restoring

namespace {

/// Why the entry must stay as it is; null where it is to be given back, empty where it was already.
constexpr const char* is_already_back = "";

const char* reason_to_leave(const EntryRecord& record, const HeldEntry& held,
                            const EntryOutcome* outcome) {
    if (!held.fd || !same_inode(identity_of(held.look), record.identity)) return not_restored::gone;
    const Owner owner{held.look.stx_uid, held.look.stx_gid};
    if (owner == record.prior) return is_already_back;
    const bool is_known =
        outcome != nullptr && (outcome->ctime_sec != 0 || outcome->ctime_nsec != 0);
    if (!is_known) return not_restored::unknown;
    if (owner != record.given) return not_restored::touched;
    const bool moved = held.look.stx_ctime.tv_sec != outcome->ctime_sec ||
                       held.look.stx_ctime.tv_nsec != outcome->ctime_nsec;
    const bool is_directory = S_ISDIR(held.look.stx_mode);
    if (!is_directory && moved) return not_restored::touched;
    // A directory's ctime moves with what it holds; its bits are its owner's doing.
    if (is_directory && held.look.stx_mode != record.mode) return not_restored::touched;
    return is_pinned(held.look) ? not_restored::immutable : nullptr;
}

/// The batch as a change of its own: from what the first change gave to what was there before.
BatchRecord reversed(BatchRecord batch) {
    for (DirectoryRecord& directory : batch.directories)
        for (EntryRecord& entry : directory.entries) std::swap(entry.prior, entry.given);
    return batch;
}

restoring::Descent descent_to(const Layout& layout, const DirectoryKey& key) {
    const Target target = find_target(layout, key);
    Fd directory = open_component(target.parent.get(), target.name.c_str());
    // What cannot be opened for another reason is not gone.
    if (!directory && !is_absence(errno) && errno != EACCES)
        throw failure("open", target.path, errno);
    return {std::move(directory), target.path};
}

/// Runs the restorers, the first on this thread, and returns the first failure.
template <typename Restorer>
std::exception_ptr run_all(std::vector<std::unique_ptr<Restorer>>& restorers,
                           const std::stop_token& stop) {
    std::vector<std::exception_ptr> failures(restorers.size());
    const auto run = [&](std::size_t i) {
        try {
            restorers[i]->run(i, restorers.size(), stop);
        } catch (...) {
            failures[i] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> helpers;
        std::size_t started = 1;
        try {
            for (; started < restorers.size(); ++started) helpers.emplace_back(run, started);
        } catch (const std::system_error&) {
            // No thread to be had: the others' part is done here.
        }
        run(0);
        for (; started < restorers.size(); ++started) run(started);
    }
    const auto failed = std::ranges::find_if(failures, [](const auto& f) { return f != nullptr; });
    return failed != failures.end() ? *failed : nullptr;
}

}  // namespace

/// Gives back the directories of a batch from `first` on, each `stride`th.
class BatchRestore::Restorer {
  public:
    Restorer(const BatchRecord& batch, restoring::Outcomes outcomes, const RestoreOptions& options,
             restoring::Descent descent)
        : batch_(batch),
          outcomes_(outcomes),
          options_(options),
          descent_(std::move(descent)),
          feed_(options.meter) {}

    void run(std::size_t first, std::size_t stride, const std::stop_token& stop) {
        std::uint32_t index = 0;
        for (std::size_t i = 0; i < batch_.directories.size(); ++i) {
            const DirectoryRecord& directory = batch_.directories[i];
            if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped before its end");
            if (i % stride == first) restore(directory, index);
            index += static_cast<std::uint32_t>(directory.entries.size());
        }
    }

    Tally tally;
    std::vector<EntryOutcome> given;

  private:
    void restore(const DirectoryRecord& directory, std::uint32_t index) {
        const int fd = descent_.to(directory.path);
        const std::string path = descent_.full(directory.path);
        for (const EntryRecord& record : directory.entries)
            restore({0, fd, record.name.c_str(), path}, record, index++);
    }

    void restore(const Met& met, const EntryRecord& record, std::uint32_t index) {
        const EntryOutcome* outcome = outcomes_.of(index);
        // Left alone by the change itself.
        if (outcomes_.are_known() && outcome == nullptr) return;
        feed_.tick();
        HeldEntry held = met.directory >= 0 ? hold_entry(met) : HeldEntry{};
        if (held.fd && !descent_.is_on_its_mount(held.look)) held = {};
        if (const char* reason = reason_to_leave(record, held, outcome)) {
            if (reason != is_already_back) tally.refused(reason, [&] { return met.path(); });
            return;
        }
        if (!options_.dry_run) {
            give_noted(met, held, record.prior, index, given);
        }
        tally.foreign([] { return std::string(); });
        if (outcome->lost_special)
            tally.refused(not_restored::special_bits, [&] { return met.path(); });
    }

    const BatchRecord& batch_;
    const restoring::Outcomes outcomes_;
    const RestoreOptions& options_;
    restoring::Descent descent_;
    MeterFeed feed_;
};

BatchRestore::BatchRestore(const Layout& layout, BatchRecord batch,
                           std::optional<std::vector<EntryOutcome>> outcomes,
                           const RestoreOptions& options)
    : batch_(std::move(batch)), outcomes_(std::move(outcomes)), options_(options) {
    const std::size_t threads = batch_.size() < worth_a_thread ? 1 : std::max(options_.threads, 1u);
    for (std::size_t i = 0; i < threads; ++i)
        restorers_.push_back(std::make_unique<Restorer>(
            batch_, restoring::Outcomes(outcomes_), options_, descent_to(layout, batch_.target)));
    if (is_recorded()) number_ = options_.log->will_change(reversed(batch_));
}

BatchRestore::~BatchRestore() = default;

void BatchRestore::run(const std::stop_token& stop, Tally& tally) {
    const std::exception_ptr failure = run_all(restorers_, stop);
    std::vector<EntryOutcome> given;
    for (const auto& restorer : restorers_) {
        given.insert(given.end(), restorer->given.begin(), restorer->given.end());
        tally.merge(restorer->tally);
    }
    std::ranges::sort(given, {}, &EntryOutcome::index);
    if (is_recorded()) options_.log->did_change(number_, given);
    if (failure) std::rethrow_exception(failure);
}

}  // namespace jts::hot_storage::sys
