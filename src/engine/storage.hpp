/// What the service does, free of any bus: observe → plan → apply.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/plan.hpp"
#include "engine/layout_store.hpp"
#include "engine/ports.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::engine {

/// What the bus shows as properties.
struct State {
    std::string base_path;
    std::string layout_digest;
    std::string health = "unknown";

    bool operator==(const State&) const = default;
};

/// A report in the two forms that callers may see: with names from inside the tree and without.
template <typename Report>
struct Viewed {
    Report full;
    Report without_names;
};

/// Who asked for a change, for the record.
struct Requester {
    std::uint32_t uid = 0;
    std::string unique_name;
};

/// Thread-safe: reads may run beside each other and beside one change; changes must be serialised
/// by the caller (Executor's lane of changes).
class Storage {
  public:
    /// Called from whichever thread noticed that the state changed.
    using StateListener = std::function<void(const State&)>;
    /// Called when a change ended, from its worker.
    using ChangeListener =
        std::function<void(const ProvisionReport&, const Requester&, const std::string& outcome)>;

    Storage(Accounts& accounts, LayoutStore& layouts) : accounts_(accounts), layouts_(layouts) {}

    void on_state_changed(StateListener listener) { state_listener_ = std::move(listener); }
    void on_change_ended(ChangeListener listener) { change_listener_ = std::move(listener); }

    /// The JSON that GetLayout answers with.
    std::string layout_document();

    Viewed<PlanReport> plan(const std::vector<std::string>& services, std::stop_token stop);

    /// `digest`: refuse with plan_stale unless the plan is still that one.
    Viewed<ProvisionReport> provision(const std::vector<std::string>& services,
                                      const std::optional<std::string>& digest,
                                      const Requester& requester, std::stop_token stop);

    /// What the layout alone tells of the state, with the health still `unknown`. Quick, and tells
    /// no listener: for before the bus name is taken, so that the first caller finds no empty
    /// property.
    void show_layout();

    /// Looks at accounts and declared directories (some 40 statx), and tells the listener where
    /// something differs from the last look. What cannot be looked at makes the health `unknown`.
    void refresh_state() noexcept;

    State state() const;

  private:
    struct Prepared;
    Prepared prepare(std::shared_ptr<const LoadedLayout> layout,
                     const std::vector<std::string>& services, std::stop_token stop);
    void note_layout(const std::shared_ptr<const LoadedLayout>& layout);
    State look_at_state();
    void set_state(State state);
    void tell_end(const ProvisionReport& report, const Requester& requester,
                  const std::string& outcome);

    Accounts& accounts_;
    LayoutStore& layouts_;
    StateListener state_listener_ = [](const State&) {};
    ChangeListener change_listener_ = [](const ProvisionReport&, const Requester&,
                                         const std::string&) {};
    mutable std::mutex state_mutex_;
    State state_;
    std::shared_ptr<const LoadedLayout> noted_;  ///< the layout that `state_` was made for
};

}  // namespace jts::hot_storage::engine
