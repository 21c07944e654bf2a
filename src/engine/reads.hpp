/// Plan, Validate, GetUsage and Sample: looks, joins or begins a walk, and ends the job with what
/// came out. Validate asks the rest too: systemd, the records of changes, the write probe. What
/// Sample counted goes to the watch.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/inspection.hpp"
#include "engine/changes.hpp"
#include "engine/directory_watch.hpp"
#include "engine/executor.hpp"
#include "engine/job.hpp"
#include "engine/ports.hpp"
#include "engine/probe_unit.hpp"
#include "engine/storage.hpp"
#include "engine/surveys.hpp"
#include "engine/watch.hpp"

namespace jts::hot_storage::engine {

/// What the caller holds beside the right to call.
struct ReadRights {
    bool names = false;   ///< of entries below declared directories (action probe)
    bool sample = false;  ///< walks begun for the call (action sample)
};

struct UsageRequest {
    std::vector<std::string> services;
    std::chrono::microseconds max_age = std::chrono::minutes(5);
    bool full_speed = false;
    /// How many directories of each service are named; 0: none. For callers who may see names.
    std::size_t top = 0;
};

/// Callers without the right to sample get walks that began up to this long ago.
inline constexpr std::chrono::microseconds unprivileged_age = std::chrono::seconds(60);

/// What of the request holds for callers without the right to sample.
UsageRequest for_everybody(UsageRequest request);

/// Thread-safe. Each begins work on the executor's lanes and returns; whatever is thrown on the way
/// ends the job. Throws Error(limits_exceeded, cancelled) where the lane takes nothing on.
class Reads {
  public:
    Reads(Storage& storage, Surveys& surveys, Executor& executor, Units& units, ProbeUnit& probe,
          Changes& changes, Watch& watch)
        : storage_(storage),
          surveys_(surveys),
          executor_(executor),
          units_(units),
          probe_(probe),
          changes_(changes),
          watch_(watch) {}

    void plan(const std::shared_ptr<Job>& job, std::vector<std::string> services,
              ReadRights rights);
    void validate(const std::shared_ptr<Job>& job, std::vector<std::string> services,
                  bool write_probe, ReadRights rights);
    void usage(const std::shared_ptr<Job>& job, const UsageRequest& request, ReadRights rights);
    /// For callers who may sample alone.
    void sample(const std::shared_ptr<Job>& job);

    /// A count, and the layout that it was made by.
    struct KnownCount {
        std::shared_ptr<const LoadedLayout> layout;
        SurveyPointer survey;
    };
    /// A count that answers the request as it is; nothing where a job is needed. Quick, and touches
    /// no tree. Throws Error(unknown_service).
    std::optional<KnownCount> known_count(const UsageRequest& request);
    /// What the count answers. With directories it takes a while: not for the loop's thread then.
    UsageReport answer(const KnownCount& known, const UsageRequest& request) const;

  private:
    using LookedPointer = std::shared_ptr<Looked>;
    using AfterWalk = std::function<void(const SurveyPointer&)>;

    /// How much is to be walked, and how fresh it must be.
    struct Extent {
        bool counts_space = false;
        bool full_speed = false;
        bool may_sample = false;
        std::chrono::microseconds max_age{0};
    };
    static Extent extent_for(ReadRights rights);

    /// Looks at `services` on the lane of looks and goes on with `next`.
    void look(const std::shared_ptr<Job>& job, std::vector<std::string> services,
              std::function<void(const LookedPointer&)> next);
    void walk(const std::shared_ptr<Job>& job, const LookedPointer& looked, Extent extent,
              AfterWalk next);
    /// What was counted against the layout, with what is to be expected.
    UsageReport report(const Layout& layout, const std::vector<std::string>& services,
                       const DatedSurvey& survey) const;
    /// The same, with the directories that the caller asked for.
    UsageReport answer(const Layout& layout, const UsageRequest& request,
                       const DatedSurvey& survey) const;
    void note_usage(const Looked& looked, const DatedSurvey& survey);
    void finish_sample(const std::shared_ptr<Job>& job, const LookedPointer& looked,
                       const SurveyPointer& survey);
    /// By service; empty where that cannot be told.
    std::map<std::string, std::uint32_t> look_for_drift(const Looked& before);
    void finish_validation(const std::shared_ptr<Job>& job, const LookedPointer& looked,
                           const SurveyPointer& survey, bool write_probe, ReadRights rights);
    std::vector<ProbeResult> probe(const Looked& looked, const std::stop_token& stop);

    Storage& storage_;
    Surveys& surveys_;
    Executor& executor_;
    Units& units_;
    ProbeUnit& probe_;
    Changes& changes_;
    Watch& watch_;
    DirectoryWatch directories_;
};

}  // namespace jts::hot_storage::engine
