#include "engine/storage.hpp"

#include <syslog.h>

#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "engine/audit.hpp"
#include "engine/health.hpp"
#include "engine/service_states.hpp"
#include "sys/observer.hpp"

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
    auto sources = nlohmann::json::object();
    for (const auto& [pointer, path] : loaded->result.sources) sources[pointer] = escape(path);
    return nlohmann::json{{"layout", nlohmann::json::parse(loaded->result.document)},
                          {"sources", std::move(sources)}}
        .dump();
}

void Storage::show_layout() {
    const auto loaded = layouts_.current();
    edit_state([&](State& state) {
        const auto& layout = loaded->result.layout;
        state.base_path = layout.base;
        state.layout_digest = loaded->digest;
        state.health = health_override_.value_or("unknown");
        state.services = service_states(layout, counted_);
    });
}

void Storage::show_alerts(std::vector<Alert> alerts) {
    edit_state([&](State& state) { state.alerts = std::move(alerts); });
}

std::string Storage::health_of_state(const State& state) const {
    return health_override_.value_or(health_with(seen_health_, state.alerts));
}

void Storage::override_health(std::optional<std::string> health) {
    const std::lock_guard lock(state_mutex_);
    health_override_ = std::move(health);
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
        seen_health_ = health;
        state.base_path = layout.base;
        state.layout_digest = loaded->digest;
        state.health = health_of_state(state);
        state.services = service_states(layout, counted_);
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

void Storage::note_usage(const UsageReport& usage, std::chrono::steady_clock::time_point begun) {
    change_state([&](State& state) {
        for (const auto& [name, counted] : usage.services) {
            auto& known_at = counted_at_[name];
            if (begun < known_at) continue;
            known_at = begun;
            counted_[name] = counted;
        }
        for (auto& [name, service] : state.services) show_count(counted_, name, service);
    });
}

void Storage::note_alerts(std::vector<Alert> alerts) {
    change_state([&](State& state) {
        state.alerts = std::move(alerts);
        state.health = health_of_state(state);
    });
}

std::shared_ptr<const State> Storage::state() const {
    std::lock_guard lock(state_mutex_);
    return state_;
}

template <typename Edit>
bool Storage::edit_state(const Edit& edit) {
    std::lock_guard lock(state_mutex_);
    auto edited = std::make_shared<State>(*state_);
    edit(*edited);
    if (*edited == *state_) return false;
    state_ = std::move(edited);
    return true;
}

template <typename Edit>
void Storage::change_state(const Edit& edit) {
    if (edit_state(edit)) state_listener_(*state());
}

}  // namespace jts::hot_storage::engine
