/// One run of Provision: applies a plan, step by step, and can say at any moment what was done and
/// what was not.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/plan.hpp"
#include "engine/ports.hpp"
#include "jts/hot_storage/model.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::engine {

class ProvisionRun {
  public:
    /// The references must outlive the run. `plan` was made from the other three. `meter` counts
    /// the entries that are looked at below directories.
    ProvisionRun(const Layout& layout, Observation observation, const Plan& plan,
                 const std::vector<std::string>& services, Accounts& accounts,
                 sys::WalkMeter& meter)
        : layout_(layout),
          observation_(std::move(observation)),
          plan_(plan),
          services_(services),
          accounts_(accounts),
          meter_(meter) {}

    /// Applies every change of the plan in order. Throws what stopped it: the cause itself where
    /// nothing was changed, else Error(partial) that lists what stands and what does not.
    void apply(std::stop_token stop);

    /// The changes made so far, with the entries that were really given to their owner.
    const std::vector<Change>& applied() const { return applied_; }

    /// The plan's refusals, with those below as they were met on the way.
    Plan with_final_refusals() const { return make_plan(layout_, observation_, services_); }

  private:
    void apply_all(std::stop_token stop);
    void apply_accounts(const std::stop_token& stop);
    void note_accounts_made(const Error& cause);
    void apply_to_tree(const PlannedChange& change, const AccountDatabase& database,
                       std::stop_token stop);
    bool is_applied(const Change& change) const;
    Error stopped_by(const Error& cause) const;

    const Layout& layout_;
    Observation observation_;
    const Plan& plan_;
    const std::vector<std::string>& services_;
    Accounts& accounts_;
    sys::WalkMeter& meter_;
    std::vector<Change> applied_;
    bool began_one_ = false;  ///< a change was begun, and may be done in part
};

}  // namespace jts::hot_storage::engine
