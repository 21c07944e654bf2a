#include "engine/storage.hpp"

#include <syslog.h>

#include <nlohmann/json.hpp>

#include "engine/audit.hpp"
#include "engine/health.hpp"
#include "engine/provision_run.hpp"
#include "engine/service_states.hpp"
#include "engine/views.hpp"
#include "sys/digest.hpp"
#include "sys/observer.hpp"
#include "sys/survey.hpp"

namespace jts::hot_storage::engine {
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

Looked Storage::look(const std::vector<std::string>& services) {
    auto loaded = layouts_.current();
    note_layout(loaded);
    const auto& layout = loaded->result.layout;
    expect_known(layout, services);
    auto observation = sys::observe_declared(layout, accounts_.read(), services);
    auto plan = make_plan(layout, observation, services);
    return {std::move(loaded), services, std::move(observation), std::move(plan)};
}

std::string Storage::layout_document() {
    const auto loaded = layouts_.current();
    note_layout(loaded);
    return nlohmann::json{{"layout", nlohmann::json::parse(loaded->result.document)},
                          {"sources", loaded->result.sources}}
        .dump();
}

/// What a change is made from.
struct Storage::Prepared {
    Looked looked;
    std::string digest;
};

Storage::Prepared Storage::prepare_change(const std::vector<std::string>& services, bool names,
                                          Job& job) {
    layouts_.current_for_change();
    auto looked = look(services);
    // What blocks is known before the long walk.
    expect_unblocked(looked.plan);
    auto meter = std::make_shared<sys::WalkMeter>();
    job.follow(meter, 0);
    job.set_phase("walking");
    sys::SurveyOptions options;
    options.below.meter = meter.get();
    auto survey =
        sys::survey(looked.layout(), looked.observation, services, options, job.stop_token());
    if (job.stop_token().stop_requested())
        throw Error(ErrorCode::cancelled, "stopped before the first change");
    expect_readable(survey, looked, names);
    take_below(survey, looked);
    auto digest = sys::sha256_hex(canonical_form(looked.loaded->digest, looked.plan));
    return {std::move(looked), std::move(digest)};
}

ProvisionReport Storage::provision(const std::vector<std::string>& services,
                                   const std::optional<std::string>& digest,
                                   const Requester& requester, bool names, Job& job) {
    const auto prepared = prepare_change(services, names, job);
    const auto& plan = prepared.looked.plan;
    if (digest && *digest != prepared.digest) {
        throw Error(ErrorCode::plan_stale,
                    "what is there, or the layout, has changed since the plan " +
                        digest->substr(0, 12) + "… was made; nothing was changed. Plan again");
    }
    auto meter = std::make_shared<sys::WalkMeter>();
    job.follow(meter, 0);
    job.set_phase("applying");
    ProvisionRun run(prepared.looked.layout(), prepared.looked.observation, plan, services,
                     accounts_, *meter);
    ProvisionReport report;
    report.digest = prepared.digest;
    report.unchanged = plan.unchanged;
    if (!plan.changes.empty()) report.change_id = sys::random_id();
    const auto fill_in = [&] {
        const auto final_plan = run.with_final_refusals();
        report.applied = static_cast<std::uint32_t>(run.applied().size());
        report.changes = names ? run.applied() : without_examples(run.applied());
        report.refused = names ? final_plan.refused : final_plan.refused_public;
    };
    try {
        run.apply(job.stop_token());
    } catch (const Error&) {
        fill_in();
        tell_end(report, requester, "partial");
        throw;
    }
    fill_in();
    tell_end(report, requester, "succeeded");
    return report;
}

void Storage::tell_end(const ProvisionReport& report, const Requester& requester,
                       const std::string& outcome) {
    refresh_state();
    if (report.applied == 0 && outcome == "succeeded") return;
    surveys_.forget();
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
    const auto& layout = loaded->result.layout;
    state_ = {layout.base, loaded->digest, "unknown", service_states(layout, counted_)};
}

/// Looks, and puts what was seen in the place of what was known.
void Storage::look_at_state() {
    auto loaded = layouts_.current();
    const auto& layout = loaded->result.layout;
    std::string health = "unknown";
    std::map<std::string, std::string> states;
    try {
        const auto observation = sys::observe_declared(layout, accounts_.read(), {});
        health = health_of(*loaded, observation, make_plan(layout, observation, {}));
        states = judge_services(layout, observation);
    } catch (const Error& error) {
        audit(state_unknown_id, LOG_ERR, std::string("cannot look at the host: ") + error.what(),
              {});
    }
    change_state([&](State& state) {
        state = {layout.base, loaded->digest, health, service_states(layout, counted_)};
        for (auto& [name, service] : state.services)
            if (const auto seen = states.find(name); seen != states.end())
                service.state = seen->second;
        noted_ = loaded;
    });
}

/// One at a time, so that an earlier look never takes the place of a later one.
void Storage::refresh_state() noexcept try {
    const std::lock_guard one_at_a_time(refresh_mutex_);
    look_at_state();
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

void Storage::note_usage(const UsageReport& usage) {
    change_state([&](State& state) {
        for (const auto& [name, counted] : usage.services) {
            auto& known = counted_[name];
            if (known.sampled_at <= counted.sampled_at) known = counted;
        }
        for (auto& [name, service] : state.services) show_count(counted_, name, service);
    });
}

State Storage::state() const {
    std::lock_guard lock(state_mutex_);
    return state_;
}

template <typename Edit>
void Storage::change_state(const Edit& edit) {
    State after;
    {
        std::lock_guard lock(state_mutex_);
        const State before = state_;
        edit(state_);
        if (state_ == before) return;
        after = state_;
    }
    state_listener_(after);
}

}  // namespace jts::hot_storage::engine
