/// What the counts mean: how each series moves, and which alerts stand.
#pragma once

#include <chrono>
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
#include "engine/surveys.hpp"

namespace jts::hot_storage::engine {

/// Thread-safe.
class Watch {
  public:
    Watch(Storage& storage, History& history, Clock& clock,
          std::string folder = "/var/lib/jts-hot-storage");

    /// Called with what each Sample counted.
    using SampleListener = std::function<void(const UsageReport&)>;
    void on_sampled(SampleListener listener) { sample_listener_ = std::move(listener); }

    /// Called in the order of the events, when what stands after them is on the disk, or cannot be
    /// brought there.
    using AlertListener = std::function<void(const AlertEvent&)>;
    void on_alert(AlertListener listener) { alert_listener_ = std::move(listener); }

    /// Shows the alerts that the last run left. Quick: before the bus name is taken.
    void recall() noexcept;

    /// Learns from the history how each series moves: a disk's work. What stops it is told in the
    /// journal: the next sample learns anew.
    void learn() noexcept;

    /// Adds what is to be expected to what was counted. Quick.
    void foretell(UsageReport& report) const;

    /// What a Sample found. `drift`: by service, how many of its accounts and directories are not
    /// as the layout has them; a service that is missing was not looked at.
    struct Sampled {
        const Layout& layout;
        const DatedSurvey& survey;
        const UsageReport& counted;
        const std::map<std::string, std::uint32_t>& drift;
    };
    /// Writes it down, learns from it, tells what was counted, and raises and clears alerts.
    /// Whatever fails stops none of the other steps; throws what failed first.
    SampleReport take(const Sampled& sampled);

  private:
    void learn_from_history();
    void judge(const Sampled& sampled, const UsageReport& usage);
    void tell(const std::vector<AlertEvent>& events);

    Storage& storage_;
    History& history_;
    Clock& clock_;
    SampleListener sample_listener_ = [](const UsageReport&) {};
    AlertListener alert_listener_ = [](const AlertEvent&) {};

    std::mutex sample_mutex_;  ///< one sample after the other; guards the next four
    AlertStore store_;
    std::vector<Alert> alerts_;
    bool is_saved_ = true;
    std::chrono::steady_clock::time_point judged_at_{};

    mutable std::mutex trends_mutex_;
    std::map<std::string, Trend> trends_;  ///< by the series' name in the history
};

}  // namespace jts::hot_storage::engine
