/// What the counts mean: how each series moves, and which alerts stand.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/alert.hpp"
#include "core/forecast.hpp"
#include "engine/alert_store.hpp"
#include "engine/history.hpp"
#include "engine/ports.hpp"
#include "engine/storage.hpp"

namespace jts::hot_storage::engine {

/// Thread-safe.
class Watch {
  public:
    Watch(Storage& storage, History& history, Clock& clock,
          std::string folder = "/var/lib/jts-hot-storage");

    /// Called in the order of the events, when what stands after them is on the disk.
    using AlertListener = std::function<void(const AlertEvent&)>;
    void on_alert(AlertListener listener) { alert_listener_ = std::move(listener); }

    /// Shows the alerts that the last run left. Quick: before the bus name is taken.
    void recall() noexcept;

    /// Learns from the history how each series moves. What stops it is told in the journal: the
    /// next sample learns anew.
    void learn() noexcept;

    /// Adds what is to be expected to what was counted. Quick.
    void foretell(UsageReport& report) const;

    /// A Sample counted everything: writes it down, learns from it, and raises and clears alerts,
    /// which a full disk does not stop. Throws what `History::record` or `AlertStore::save` throws.
    SampleReport take(const Looked& looked, const UsageReport& counted, std::uint64_t begun_at);

  private:
    void learn_from_history();
    void judge(const Looked& looked, const UsageReport& usage, std::uint64_t begun_at);
    void tell(const std::vector<AlertEvent>& events);

    Storage& storage_;
    History& history_;
    Clock& clock_;
    AlertListener alert_listener_ = [](const AlertEvent&) {};

    std::mutex sample_mutex_;  ///< one sample after the other; guards the next three
    AlertStore store_;
    std::vector<Alert> alerts_;
    bool is_saved_ = true;
    std::uint64_t judged_at_ = 0;

    mutable std::mutex trends_mutex_;
    std::map<std::string, Trend> trends_;  ///< by the series' name in the history
};

}  // namespace jts::hot_storage::engine
