/// What Sample writes down and GetHistory answers with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ports.hpp"
#include "jts/hot_storage/model.hpp"
#include "sys/history_store.hpp"

namespace jts::hot_storage::engine {

/// Thread-safe. What stops the database stops nothing else: each call throws by itself, and the
/// next one tries again. A damaged one is set aside and told in the journal.
class History {
  public:
    /// Of one answer.
    static constexpr std::uint64_t most_points = 10'000;
    /// The name of the base's file system, which no service can have.
    static constexpr const char* base_filesystem = "";

    explicit History(Clock& clock, std::string folder = "/var/lib/jts-hot-storage",
                     sys::HistoryLimits limits = {});

    /// Writes down each service that was counted as a whole, and the base's file system, by a walk
    /// that began at `begun_at` (microseconds since the epoch). A service of
    /// which something could not be read is left out: it would look as if files had gone. Throws as
    /// HistoryStore::append does; then nothing was written down.
    SampleReport record(const UsageReport& usage, std::uint64_t begun_at);

    /// Of a service, or of `base_filesystem`: from `since` to `until` inclusive, 0 = now, in the
    /// order of time; at most `most_points`, of more the last of each of as many spans. Empty for a
    /// name that was never counted. Throws as HistoryStore::points does.
    std::vector<HistoryPoint> points(const std::string& service, std::uint64_t since,
                                     std::uint64_t until = 0);

    /// Each series since then, one after the other. Throws as HistoryStore::for_each does.
    void for_each(std::uint64_t since, const sys::HistoryStore::OnSeries& on_series) {
        store_.for_each(since, on_series);
    }

  private:
    Clock& clock_;
    sys::HistoryStore store_;
};

}  // namespace jts::hot_storage::engine
