#include "engine/storage.hpp"

#include <syslog.h>

#include <nlohmann/json.hpp>

#include "engine/audit.hpp"
#include "engine/health.hpp"
#include "engine/provision_run.hpp"
#include "sys/digest.hpp"
#include "sys/observer.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::engine {
namespace {

void expect_known(const Layout& layout, const std::vector<std::string>& services) {
    for (const auto& name : services) {
        if (layout.find(name) == nullptr) {
            throw Error(ErrorCode::unknown_service,
                        "the layout has no service " + name +
                            "; `jts-storage layout show` lists those it has");
        }
    }
}

void expect_unblocked(const Plan& plan) {
    if (plan.blockers.empty()) return;
    std::string text;
    for (const auto& blocker : plan.blockers) {
        if (!text.empty()) text += "; ";
        text += blocker.message;
    }
    throw Error(plan.blockers.front().code, text);
}

std::vector<Change> without_examples(std::vector<Change> changes) {
    for (auto& change : changes) change.examples.clear();
    return changes;
}

}  // namespace

/// Everything that Plan and Provision share.
struct Storage::Prepared {
    std::shared_ptr<const LoadedLayout> layout;
    Observation observation;
    Plan plan;
    std::string digest;
};

Storage::Prepared Storage::prepare(std::shared_ptr<const LoadedLayout> loaded,
                                   const std::vector<std::string>& services, std::stop_token stop) {
    note_layout(loaded);
    const auto& layout = loaded->result.layout;
    expect_known(layout, services);
    auto observation = sys::observe_declared(layout, accounts_.read(), services);
    // What blocks is known before the long walk.
    expect_unblocked(make_plan(layout, observation, services));
    sys::observe_below(layout, observation, services, sys::polite_threads, stop);
    auto plan = make_plan(layout, observation, services);
    auto digest = sys::sha256_hex(canonical_form(loaded->digest, plan));
    return {std::move(loaded), std::move(observation), std::move(plan), std::move(digest)};
}

std::string Storage::layout_document() {
    const auto loaded = layouts_.current();
    note_layout(loaded);
    return nlohmann::json{{"layout", nlohmann::json::parse(loaded->result.document)},
                          {"sources", loaded->result.sources}}
        .dump();
}

Viewed<PlanReport> Storage::plan(const std::vector<std::string>& services, std::stop_token stop) {
    const auto prepared = prepare(layouts_.current(), services, stop);
    refresh_state();
    PlanReport report{prepared.digest, {}};
    for (const auto& planned : prepared.plan.changes) report.changes.push_back(planned.change);
    return {report, {report.digest, without_examples(report.changes)}};
}

Viewed<ProvisionReport> Storage::provision(const std::vector<std::string>& services,
                                           const std::optional<std::string>& digest,
                                           const Requester& requester, std::stop_token stop) {
    const auto prepared = prepare(layouts_.current_for_change(), services, stop);
    if (digest && *digest != prepared.digest) {
        throw Error(ErrorCode::plan_stale,
                    "what is there, or the layout, has changed since the plan " +
                        digest->substr(0, 12) + "… was made; nothing was changed. Plan again");
    }
    ProvisionRun run(prepared.layout->result.layout, prepared.observation, prepared.plan, services,
                     accounts_);
    ProvisionReport report;
    report.digest = prepared.digest;
    report.unchanged = prepared.plan.unchanged;
    if (!prepared.plan.changes.empty()) report.change_id = sys::random_id();
    const auto fill_in = [&] {
        const auto final_plan = run.with_final_refusals();
        report.applied = static_cast<std::uint32_t>(run.applied().size());
        report.changes = run.applied();
        report.refused = final_plan.refused;
        auto without_names = report;
        without_names.changes = without_examples(report.changes);
        without_names.refused = final_plan.refused_public;
        return Viewed<ProvisionReport>{report, std::move(without_names)};
    };
    try {
        run.apply(stop);
    } catch (const Error&) {
        tell_end(fill_in().full, requester, "partial");
        throw;
    }
    auto viewed = fill_in();
    tell_end(viewed.full, requester, "succeeded");
    return viewed;
}

void Storage::tell_end(const ProvisionReport& report, const Requester& requester,
                       const std::string& outcome) {
    refresh_state();
    if (report.applied == 0) return;
    audit(change_ended_id, outcome == "succeeded" ? LOG_NOTICE : LOG_ERR,
          "provision " + report.change_id + " " + outcome +
              ": changes applied: " + std::to_string(report.applied) +
              ", refused: " + std::to_string(report.refused.size()),
          {{"JTS_CHANGE_ID", report.change_id},
           {"JTS_OPERATION", "provision"},
           {"JTS_OUTCOME", outcome},
           {"JTS_PLAN_DIGEST", report.digest},
           {"JTS_CALLER_UID", std::to_string(requester.uid)},
           {"JTS_CALLER", requester.unique_name}});
    change_listener_(report, requester, outcome);
}

void Storage::show_layout() {
    const auto loaded = layouts_.current();
    std::lock_guard lock(state_mutex_);
    state_.base_path = loaded->result.layout.base;
    state_.layout_digest = loaded->digest;
}

State Storage::look_at_state() {
    auto loaded = layouts_.current();
    const auto& layout = loaded->result.layout;
    State state{layout.base, loaded->digest, "unknown"};
    try {
        const auto observation = sys::observe_declared(layout, accounts_.read(), {});
        state.health = health_of(*loaded, observation, make_plan(layout, observation, {}));
    } catch (const Error& error) {
        audit(state_unknown_id, LOG_ERR, std::string("cannot look at the host: ") + error.what(),
              {});
    }
    std::lock_guard lock(state_mutex_);
    noted_ = std::move(loaded);
    return state;
}

void Storage::refresh_state() noexcept try {
    set_state(look_at_state());
} catch (const std::exception& error) {
    audit(state_unknown_id, LOG_ERR, std::string("cannot look at the host: ") + error.what(), {});
} catch (...) {
    audit(state_unknown_id, LOG_ERR, "cannot look at the host, for a reason of an unknown kind",
          {});
}

void Storage::note_layout(const std::shared_ptr<const LoadedLayout>& layout) {
    bool noted = false;
    {
        std::lock_guard lock(state_mutex_);
        noted = noted_ == layout;
    }
    if (!noted) refresh_state();
}

State Storage::state() const {
    std::lock_guard lock(state_mutex_);
    return state_;
}

void Storage::set_state(State state) {
    {
        std::lock_guard lock(state_mutex_);
        if (state == state_) return;
        state_ = state;
    }
    state_listener_(state);
}

}  // namespace jts::hot_storage::engine
