#include "engine/undo.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "core/current_error.hpp"
#include "core/refused_below.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::engine {
namespace {

using Directory = JournalReader::Directory;
using Type = EntryState::Type;

bool is_special_bits(const Refusal& refusal) {
    return refusal.reason.starts_with("special-bits");
}

/// One directory, and what is to be done about it.
struct Step {
    const Directory* directory;
    sys::Target target;
    EntryState now;
};

/// A batch that is read, and recorded where it is to be put back.
struct PreparedBatch {
    DirectoryKey target;
    std::size_t size = 0;                        ///< 0: the change left all of it alone
    std::unique_ptr<sys::BatchRestore> restore;  ///< nothing where what it lies in is gone
};

class Undo {
  public:
    Undo(const JournalReader& reader, const Layout& layout, const UndoOptions& options,
         const std::stop_token& stop, UndoReport& report)
        : reader_(reader), layout_(layout), options_(options), stop_(stop), report_(report) {}

    void run() {
        undo_batches();
        attempt([&] { note_batches(); });
        undo_directories();
        if (failure_) throw Error(*failure_);
    }

  private:
    JournalWriter* writer() const { return options_.writer ? options_.writer() : nullptr; }

    template <typename Step>
    void guarded(const Step& step) {
        if (stop_.stop_requested())
            failure_ = std::make_unique<Error>(ErrorCode::cancelled, "stopped before its end");
        if (!is_cancelled()) attempt(step);
    }

    /// One that fails keeps no other from being put back; the first failure is told at the end.
    template <typename Step>
    void attempt(const Step& step) {
        try {
            step();
        } catch (...) {
            auto error = current_error();
            if (!failure_ || error.code() == ErrorCode::cancelled)
                failure_ = std::make_unique<Error>(std::move(error));
        }
    }

    bool is_cancelled() const { return failure_ && failure_->code() == ErrorCode::cancelled; }

    /// The last first. While one is put back the next is read and recorded, which waits for the
    /// disk. So what became of one is on the disk when the next but one is recorded, and a power
    /// cut loses that of two: of the one that is put back and of the one before. To lose one alone
    /// each would have to wait for the disk by itself.
    void undo_batches() {
        auto number = reader_.batches();
        if (number > 0) report_.failed_cleanly = report_.failed_cleanly && options_.dry_run;
        auto next = prepare(number);
        while (next.valid()) {
            next.wait();
            auto batch = std::exchange(next, prepare(--number));
            attempt([&] { take_back(batch.get()); });
        }
    }

    /// That of `left` batches which is to be put back first; nothing where none is. What was
    /// recorded is run in any case, since its record has to tell what became of it.
    std::future<PreparedBatch> prepare(std::uint64_t left) {
        if (left == 0 || is_cancelled() || stop_.stop_requested()) return {};
        // Where there is no thread to be had, on this one.
        return std::async(std::launch::async | std::launch::deferred,
                          [this, number = left - 1] { return prepared(number); });
    }

    PreparedBatch prepared(std::uint64_t number) const {
        auto recorded = reader_.read_batch(number);
        PreparedBatch batch{recorded.batch.target, recorded.batch.size(), nullptr};
        if (recorded.outcomes && recorded.outcomes->empty()) {
            batch.size = 0;
            return batch;
        }
        sys::RestoreOptions options;
        options.dry_run = options_.dry_run;
        options.log = options_.dry_run ? nullptr : writer();
        options.meter = options_.meter;
        try {
            batch.restore = std::make_unique<sys::BatchRestore>(
                layout_, std::move(recorded.batch), std::move(recorded.outcomes), options);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::plan_stale) throw;
        }
        return batch;
    }

    void take_back(const PreparedBatch& batch) {
        if (batch.size == 0) return;
        auto& tally = below_[batch.target];
        if (batch.restore)
            batch.restore->run(stop_, tally);
        else
            tally.refused(
                sys::not_restored::gone, [] { return std::string(); }, batch.size);
    }

    void note_batches() {
        for (const auto& [target, tally] : below_) {
            report_.restored += tally.state().foreign;
            if (tally.state().foreign > 0) report_.restored_targets.insert(target);
            const auto path = escape(sys::path_of(layout_, target));
            for (const auto& refused : tally.state().refused)
                name_refused(target.first, path, refused, report_.not_restored,
                             report_.not_restored_public);
        }
        below_.clear();
    }

    void undo_directories() {
        std::vector<Step> steps;
        // The last first, so that what was created in something is removed before it.
        // Not by a view: clang 14, which builds the fuzz targets, cannot make one of GCC's library.
        const auto& directories = reader_.directories();
        for (auto it = directories.rbegin(); it != directories.rend(); ++it)
            guarded([&] { add_step(*it, steps); });
        if (options_.dry_run) return guarded([&] { rehearse(steps); });
        if (steps.empty() || failed_to_record(steps)) return;
        for (auto& step : steps) guarded([&] { take(step); });
    }

    /// Nothing is put back that could not be recorded.
    bool failed_to_record(const std::vector<Step>& steps) {
        bool recorded = false;
        guarded([&] {
            if (auto* record = writer()) record_before(*record, steps);
            recorded = true;
        });
        return !recorded;
    }

    void add_step(const Directory& directory, std::vector<Step>& steps) try {
        sys::Target target = sys::find_target(layout_, directory.change.target);
        EntryState now = sys::state_of_target(target);
        auto change = directory.change;
        if (!directory.is_changed) {
            change.left = now;
            const auto kind = sys::judge_restore(change, now).kind;
            if (kind == sys::RestoreVerdict::already) return;
            if (!options_.adopts) return leave(directory, sys::not_restored::unknown);
        }
        const auto verdict = sys::judge_restore(change, now);
        if (verdict.reason != nullptr) leave(directory, verdict.reason);
        if (verdict.kind == sys::RestoreVerdict::restore)
            steps.push_back({&directory, std::move(target), std::move(now)});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::plan_stale) throw;
        // What it lies in is not there: so is what was created, which is as it is to be; and what
        // was removed may come again with it.
        if (directory.change.left.type == Type::missing && directory.is_changed)
            steps.push_back({&directory, {}, {}});
        else if (directory.change.prior.type != Type::missing)
            leave(directory, sys::not_restored::gone);
    }

    void leave(const Directory& directory, const char* reason) {
        const auto& key = directory.change.target;
        const Refusal refusal{key.first, escape(sys::path_of(layout_, key)), reason};
        report_.not_restored.push_back(refusal);
        report_.not_restored_public.push_back(refusal);
    }

    static void record_before(JournalWriter& record, const std::vector<Step>& steps) {
        std::vector<sys::DirectoryChange> changes;
        for (const auto& step : steps) {
            const auto& change = step.directory->change;
            changes.push_back({change.target, step.now, step.now});
            const auto lines = std::max(step.now.acl.size(), change.prior.acl.size());
            record.promise(FrameType::directory,
                           frame_head_size + max_left_size(changes.back(), lines));
        }
        record.write_durably(FrameType::directories, to_json(changes));
    }

    void take(Step& step) {
        report_.failed_cleanly = false;
        const auto& change = step.directory->change;
        if (!step.target.parent) step.target = sys::find_target(layout_, change.target);
        const bool is_back = sys::put_back(step.target, step.now, change.prior);
        if (!is_back) return leave(*step.directory, sys::not_restored::not_empty);
        note(step);
        if (auto* record = writer())
            record->write(FrameType::directory,
                          to_json(std::vector<sys::DirectoryChange>{
                              {change.target, step.now, sys::state_of_target(step.target)}}));
    }

    void note(const Step& step) {
        ++report_.restored;
        report_.restored_targets.insert(step.directory->change.target);
    }

    void rehearse(const std::vector<Step>& steps) {
        std::map<std::string, std::vector<std::string>> removed;  // names by their parents' paths
        for (const auto& step : steps) {
            const auto& path = step.target.path;
            if (step.directory->change.prior.type == Type::missing) {
                if (sys::holds_others(step.target, removed[path])) {
                    leave(*step.directory, sys::not_restored::not_empty);
                    continue;
                }
                removed[path.substr(0, path.rfind('/'))].push_back(step.target.name);
            }
            note(step);
        }
    }

    const JournalReader& reader_;
    const Layout& layout_;
    const UndoOptions& options_;
    const std::stop_token& stop_;
    UndoReport& report_;
    std::map<DirectoryKey, sys::Tally> below_;
    // No optional: GCC 12 under a sanitizer takes its inside for uninitialised.
    std::unique_ptr<const Error> failure_;
};

}  // namespace

bool UndoReport::is_whole() const {
    return std::ranges::all_of(not_restored, is_special_bits);
}

void undo(const JournalReader& reader, const Layout& layout, const UndoOptions& options,
          const std::stop_token& stop, UndoReport& report) {
    Undo(reader, layout, options, stop, report).run();
}

}  // namespace jts::hot_storage::engine
