/// Walks that jobs share: those in flight, and the last ones that ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "engine/executor.hpp"
#include "engine/job.hpp"
#include "engine/ports.hpp"
#include "sys/survey.hpp"

namespace jts::hot_storage::engine {

/// Everything that a survey's answer depends on.
struct SurveyKey {
    std::string layout_digest;
    std::vector<std::string> services;  ///< as called; empty = all
    std::vector<sys::SurveySubject> subjects;
    bool counts_space = false;
    bool full_speed = false;
    bool links_protected = false;  ///< fs.protected_hardlinks

    /// A survey with this key answers what one with the other would.
    bool covers(const SurveyKey& other) const;
};

/// A walk that ended, with when it began.
struct DatedSurvey {
    SurveyKey key;
    sys::Survey survey;
    std::chrono::steady_clock::time_point begun;
    std::uint64_t begun_at = 0;  ///< microseconds since the epoch
    std::uint64_t entries = 0;   ///< that were met
};
using SurveyPointer = std::shared_ptr<const DatedSurvey>;

/// Thread-safe.
class Surveys {
  public:
    /// Makes a survey; throws what stops it.
    using Walk = std::function<sys::Survey(sys::WalkMeter&, std::stop_token)>;
    /// Exactly one of the two is set. Called once, unless the job was cancelled before.
    using Done = std::function<void(SurveyPointer, std::exception_ptr)>;

    Surveys(Lane& walks, Clock& clock) : walks_(walks), clock_(clock) {}

    /// Calls `done` with a survey that answers `key` and was begun at most `max_age` ago, from the
    /// calling thread where there is one; else with that of a walk in flight that does, or of a new
    /// one, from the walk's thread. The job's progress is the walk's, and its cancellation ends the
    /// walk where no other job waits for it. Throws Error(limits_exceeded).
    void request(SurveyKey key, std::chrono::microseconds max_age, const std::shared_ptr<Job>& job,
                 Walk walk, Done done);

    /// The newest that counted the services' space under this layout, if it is young enough. Its
    /// directories may have been exchanged since.
    SurveyPointer counted(const std::string& layout_digest,
                          const std::vector<std::string>& services,
                          std::chrono::microseconds max_age) const;

    /// What ended before is no answer any more: the daemon itself has changed the tree. Walks in
    /// flight are answered to those who wait, and to nobody later.
    void forget();

  private:
    struct Follower {
        std::shared_ptr<Job> job;
        Done done;
    };
    struct Flight {
        SurveyKey key;
        std::shared_ptr<sys::WalkMeter> meter = std::make_shared<sys::WalkMeter>();
        std::stop_source stop;
        std::list<Follower> followers;
        std::uint32_t owner_uid = 0;
        bool has_begun = false;  ///< off its lane's queue
        bool is_stale = false;   ///< begun before the tree was changed
    };
    using FlightPointer = std::shared_ptr<Flight>;

    SurveyPointer recent(const SurveyKey& key, std::chrono::microseconds max_age) const;
    void join(const FlightPointer& flight, Follower follower);
    void leave(const FlightPointer& flight, const Job* job);
    void fly(const FlightPointer& flight, const Walk& walk, std::stop_token lane_stop);
    void remember(const SurveyPointer& survey);
    void land(const FlightPointer& flight, SurveyPointer survey, std::exception_ptr failure);

    Lane& walks_;
    Clock& clock_;
    mutable std::mutex mutex_;
    std::list<FlightPointer> flights_;
    std::deque<SurveyPointer> recent_;  ///< newest first
};

}  // namespace jts::hot_storage::engine
