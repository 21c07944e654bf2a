/// Applies a plan, step by step, writes down before each step what it changes, and can say at any
/// moment what was done and what was not.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/plan.hpp"
#include "engine/journal_writer.hpp"
#include "engine/ports.hpp"
#include "jts/hot_storage/model.hpp"
#include "sys/changer.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::engine {

class ProvisionRun {
  public:
    /// The references must outlive the run. `plan` was made from the other three. `meter` counts
    /// the entries that are looked at below directories.
    ProvisionRun(const Layout& layout, Observation observation, const Plan& plan,
                 const std::vector<std::string>& services, Accounts& accounts,
                 sys::WalkMeter& meter, JournalWriter& record)
        : layout_(layout),
          observation_(std::move(observation)),
          plan_(plan),
          services_(services),
          accounts_(accounts),
          meter_(meter),
          record_(record) {}

    /// Applies every change of the plan in order. Throws what stopped it, always as an Error.
    void apply(const std::stop_token& stop);

    /// Nothing was changed, accounts included.
    bool changed_nothing() const { return applied_.empty() && !began_one_; }

    /// The changes made so far, with the entries that were really given to their owner.
    const std::vector<Change>& applied() const { return applied_; }

    /// The plan's refusals, with those below as they were met on the way.
    Plan with_final_refusals() const { return make_plan(layout_, observation_, services_); }

  private:
    sys::DirectoryChange state_before(const PlannedChange& planned) const;
    void promise_left(const PlannedChange& planned);
    void record_directories();
    void apply_all(const std::stop_token& stop);
    void apply_accounts(const std::stop_token& stop);
    void note_accounts_made(const Error& cause);
    void apply_to_tree(const PlannedChange& change, const AccountDatabase& database,
                       const std::stop_token& stop);
    sys::ChangeOutcome apply_recorded(const PlannedChange& change, const AccountDatabase& database,
                                      const std::stop_token& stop);
    void record_left(const PlannedChange& change);
    void record_left_after(const PlannedChange& change, const Error& cause);

    const Layout& layout_;
    Observation observation_;
    const Plan& plan_;
    const std::vector<std::string>& services_;
    Accounts& accounts_;
    sys::WalkMeter& meter_;
    JournalWriter& record_;
    std::vector<Change> applied_;
    bool began_one_ = false;  ///< a change was begun, and may be done in part
};

}  // namespace jts::hot_storage::engine
