/// What the service does, free of any bus: observe → plan → apply.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/plan.hpp"
#include "engine/change_record.hpp"
#include "engine/layout_store.hpp"
#include "engine/ports.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::engine {

/// What the bus shows of one service.
struct ServiceState {
    std::string path;  ///< escaped
    std::string user;
    std::string group;
    std::uint32_t mode = 0;
    std::uint64_t planned_bytes = 0;
    std::uint64_t used_bytes = 0;  ///< with `inodes` and `level`: of the last count
    std::uint64_t inodes = 0;
    std::uint64_t sampled_at = 0;  ///< 0: not counted yet
    std::string level = "ok";
    std::string state = "unknown";
    double growth_bytes_per_day = 0;  ///< 0 where the history is too short
    std::uint64_t full_at = 0;        ///< 0: unknown

    bool operator==(const ServiceState&) const = default;
};

/// What the bus shows as properties.
struct State {
    std::string base_path;
    std::string layout_digest;
    std::string health = "unknown";
    std::map<std::string, ServiceState> services;  ///< by name
    std::vector<Alert> alerts;                     ///< those that stand, by subject

    bool operator==(const State&) const = default;
};

/// Layout and declared directories as they are now: what every call begins with.
struct Looked {
    std::shared_ptr<const LoadedLayout> loaded;
    std::vector<std::string> services;  ///< as called; empty = all
    Observation observation;            ///< nothing of what lies below
    Plan plan;                          ///< of that

    const Layout& layout() const { return loaded->result.layout; }
};

/// Throws Error(unknown_service) for the first that the layout lacks.
void expect_known(const Layout& layout, const std::vector<std::string>& services);

/// Throws the first of the plan's blockers.
void expect_unblocked(const Plan& plan);

/// Thread-safe: reads may run beside each other and beside one change.
class Storage {
  public:
    /// Called from whichever thread noticed that the state changed.
    using StateListener = std::function<void(const State&)>;

    Storage(Accounts& accounts, LayoutStore& layouts) : accounts_(accounts), layouts_(layouts) {}

    void on_state_changed(StateListener listener) { state_listener_ = std::move(listener); }

    /// The JSON that GetLayout answers with.
    std::string layout_document();
    std::shared_ptr<const LoadedLayout> layout() { return layouts_.current(); }
    /// Throws Error(invalid_layout) where any of the layout's files is rejected.
    void expect_sound_layout() { expect_sound(*layouts_.current()); }

    /// Looks at accounts and declared directories. Throws Error(unknown_service).
    Looked look(const std::vector<std::string>& services);

    /// What the layout alone tells of the state, with the health still `unknown`. Quick, and tells
    /// no listener: for before the bus name is taken, so that the first caller finds no empty
    /// property.
    void show_layout();

    /// These stood when the last run ended. Tells no listener, as `show_layout`.
    void show_alerts(std::vector<Alert> alerts);

    /// Looks at accounts and declared directories (some 40 statx), and tells the listener where
    /// something differs from the last look. What cannot be looked at makes the health `unknown`.
    void refresh_state() noexcept;

    /// What Health says instead of what is looked at; nothing: that again. Tells no listener.
    void override_health(std::optional<std::string> health);

    /// Services were counted by a walk that began then. A later walk's count stays.
    void note_usage(const UsageReport& usage, std::chrono::steady_clock::time_point begun);

    /// These alerts stand, and no others.
    void note_alerts(std::vector<Alert> alerts);

    /// As it is now; whoever holds it sees no later change. Costs no copy.
    std::shared_ptr<const State> state() const;

  private:
    void note_layout(const std::shared_ptr<const LoadedLayout>& layout);
    /// With the state's lock held.
    std::string health_of_state(const State& state) const;
    void look_at_state();
    /// Makes `state_` another one, edited under its lock. False: there was nothing to change.
    template <typename Edit>
    bool edit_state(const Edit& edit);
    /// The same, and tells the listener.
    template <typename Edit>
    void change_state(const Edit& edit);

    Accounts& accounts_;
    LayoutStore& layouts_;
    StateListener state_listener_ = [](const State&) {};
    std::mutex refresh_mutex_;
    mutable std::mutex state_mutex_;
    std::shared_ptr<const State> state_ = std::make_shared<State>();
    std::string seen_health_ = "unknown";  ///< by the last look, whatever alerts stand
    std::optional<std::string> health_override_;
    std::map<std::string, ServiceUsage> counted_;  ///< the last count of each service
    /// When its walk began: the clock of `sampled_at` may be set back.
    std::map<std::string, std::chrono::steady_clock::time_point> counted_at_;
    std::shared_ptr<const LoadedLayout> noted_;  ///< the layout that `state_` was made for
};

}  // namespace jts::hot_storage::engine
