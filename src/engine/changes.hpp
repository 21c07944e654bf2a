/// Everything that changes the host: Provision, Rollback, and the end of what a crash interrupted.
/// Each is recorded before it is made (journal.hpp), and is whole or undone when it ends.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/inspection.hpp"
#include "engine/job.hpp"
#include "engine/journal.hpp"
#include "engine/ports.hpp"
#include "engine/rehearsals.hpp"
#include "engine/storage.hpp"
#include "engine/surveys.hpp"

namespace jts::hot_storage::engine {

/// What the system's journal and the bus are told at the end of a change.
struct ChangeEnd {
    std::string change_id;
    std::string operation;
    Requester requester;
    std::string digest;
    std::string outcome;
    std::uint32_t applied = 0;  ///< changes
    std::uint32_t refused = 0;  ///< of a rollback: what was not restored
};

/// How a change is called.
struct ChangeCall {
    Requester requester;
    bool names = false;  ///< with names from inside the tree
    Job& job;            ///< is given its progress and not its end
    /// The service is about to end: what is begun is left to its next start.
    std::stop_token shutdown;
};

/// Changes must be serialised by the caller (Executor's lane of changes); the rest is thread-safe.
class Changes {
  public:
    using Listener = std::function<void(const ChangeEnd&)>;

    Changes(Storage& storage, Surveys& surveys, Accounts& accounts, Clock& clock, Journal journal)
        : storage_(storage),
          surveys_(surveys),
          accounts_(accounts),
          clock_(clock),
          journal_(std::move(journal)) {}

    void on_change_ended(Listener listener) { listener_ = std::move(listener); }

    /// `digest`: refuse with plan_stale unless the plan is still that one. Throws
    /// Error(rolled_back) where it failed and everything is as before, Error(partial) where it is
    /// not, the cause itself where nothing was changed.
    ProvisionReport provision(const std::vector<std::string>& services,
                              const std::optional<std::string>& digest, const ChangeCall& call);

    /// Throws Error(not_found) where there is no such change.
    RollbackReport rollback(const std::string& id, const ChangeCall& call);
    /// What `rollback` would do, looked at while giving way to everybody else. Unless the caller
    /// `may_look_anew`, of a look that is at most a minute old. Thread-safe.
    RollbackReport rehearse(const std::string& id, bool may_look_anew, const ChangeCall& call);

    /// The oldest first. Those that fit into one answer: the newest.
    std::vector<AppliedChange> list();

    /// Reads all records, for Validate; those of changes that are over once. What keeps it from
    /// that is in the result. Throws Error(cancelled).
    RecordsFacts examine_records(const std::stop_token& stop);

    /// Before the bus name is taken: whether a change was interrupted. Until `recover` has ended,
    /// changes are refused with recovery_pending. Never throws: what cannot be read is in the log,
    /// and no change is made.
    bool find_interrupted() noexcept;
    /// Which method's job finishes what was interrupted, and whose it is.
    struct Interrupted {
        std::string operation = operation::provision;
        std::uint32_t uid = 0;
    };
    Interrupted first_interrupted();
    /// Finishes what was interrupted; nothing but the service's end stops it. Throws what kept it
    /// from that.
    void recover(Job& job, std::stop_token shutdown);
    /// Says why it cannot even begin; no change is made then.
    void cannot_recover(const Error& error);

    /// A number that is another one after each beginning and end of a change; nothing while one
    /// runs. Who looks at the tree between two that are equal saw no half of a change.
    std::optional<std::uint64_t> quiet_stage() const {
        if (is_at_work() || is_recovering_) return std::nullopt;
        return stage_;
    }

  private:
    /// While a change runs, that it is not over is nothing to report.
    class AtWork {
      public:
        explicit AtWork(std::atomic<std::uint64_t>& stage) : stage_(stage) { ++stage_; }
        ~AtWork() { ++stage_; }
        AtWork(const AtWork&) = delete;
        AtWork& operator=(const AtWork&) = delete;

      private:
        std::atomic<std::uint64_t>& stage_;
    };
    bool is_at_work() const { return stage_ % 2 == 1; }

    struct Prepared;
    Prepared prepare(const std::vector<std::string>& services, Job& job);
    void expect_none_pending() const;
    ChangeHeader header_for(const Prepared& prepared, const Requester& requester) const;
    ProvisionReport provision_recorded(const Looked& looked, const ChangeHeader& header,
                                       const ChangeCall& call, ProvisionReport report);

    std::unique_ptr<JournalWriter> begin_record(const ChangeHeader& header);
    void discard(JournalWriter& record, const ChangeHeader& header);
    [[noreturn]] void discard_and_throw(const Error& cause, JournalWriter& record,
                                        const ChangeHeader& header);
    std::unique_ptr<JournalReader> record_of(const std::string& id);
    ChangeHeader rollback_header(const JournalReader& original, const Layout& layout,
                                 const Requester& requester) const;

    /// A change that failed when some of it was done.
    struct Failed {
        const ChangeHeader& header;
        const Layout& layout;
        const std::vector<Change>& applied;
        const std::stop_token& shutdown;
    };
    /// Takes back what was done. The error that the caller is to get; throws recovery_pending where
    /// the service ends before.
    Error undo_failed(const Error& cause, const Failed& failed, JournalWriter& record);
    [[noreturn]] void undo_and_throw(const Error& cause, const Failed& failed,
                                     JournalWriter& record);
    void end(JournalWriter& record, const ChangeHeader& header, const ChangeResult& result,
             std::uint32_t refused);
    void tell_end(const ChangeHeader& header, const ChangeResult& result, std::uint32_t refused);
    void set_pending(std::optional<std::string> why);

    // recovery.cpp
    struct Resumption;
    void recover_one(const std::string& id, Job& job, const std::stop_token& shutdown);
    void adopt_unrecorded(const Resumption& resumed);
    void finish(const Resumption& resumed, ChangeResult& result, std::uint32_t& refused);
    void finish_provision(const Resumption& resumed, ChangeResult& result, std::uint32_t& refused);
    void finish_rollback(const Resumption& resumed, ChangeResult& result, std::uint32_t& refused);
    void finish_undoing(const Resumption& resumed, ChangeResult& result);
    ChangeResult undone_recovery(const Error& cause, const Failed& failed, JournalWriter& record);

    Storage& storage_;
    Surveys& surveys_;
    Accounts& accounts_;
    Clock& clock_;
    Journal journal_;
    Listener listener_ = [](const ChangeEnd&) {};
    mutable std::mutex mutex_;
    std::optional<std::string> pending_;  ///< why no change may be made
    std::vector<std::string> interrupted_;
    std::atomic<bool> is_recovering_ = false;
    std::atomic<std::uint64_t> stage_ = 0;
    Rehearsals rehearsals_;
    std::mutex examination_mutex_;
    Journal::ExaminedRecords examined_;
};

}  // namespace jts::hot_storage::engine
