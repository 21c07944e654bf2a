#include "engine/surveys.hpp"

#include <algorithm>

namespace jts::hot_storage::engine {
namespace {

constexpr std::size_t max_recent = 8;

bool is_within(const std::vector<std::string>& services, const std::vector<std::string>& all) {
    if (all.empty()) return true;
    return !services.empty() && std::ranges::all_of(services, [&](const std::string& service) {
        return std::ranges::find(all, service) != all.end();
    });
}

bool is_young(const DatedSurvey& survey, std::chrono::microseconds max_age) {
    return std::chrono::steady_clock::now() - survey.begun <= max_age;
}

}  // namespace

bool SurveyKey::covers(const SurveyKey& other) const {
    const bool knows_enough =
        (counts_space || !other.counts_space) && (full_speed || !other.full_speed) &&
        layout_digest == other.layout_digest && links_protected == other.links_protected &&
        is_within(other.services, services);
    // A directory that went since is missing to one of the two, and may have had names of files.
    const auto concerns_other = [&](const sys::SurveySubject& subject) {
        return other.services.empty() ||
               std::ranges::find(other.services, subject.key.first) != other.services.end();
    };
    return knows_enough &&
           std::ranges::all_of(other.subjects,
                               [&](const auto& subject) {
                                   return std::ranges::find(subjects, subject) != subjects.end();
                               }) &&
           static_cast<std::size_t>(std::ranges::count_if(subjects, concerns_other)) ==
               other.subjects.size();
}

SurveyPointer Surveys::recent(const SurveyKey& key, std::chrono::microseconds max_age) const {
    const auto found = std::ranges::find_if(recent_, [&](const SurveyPointer& survey) {
        return is_young(*survey, max_age) && survey->key.covers(key);
    });
    return found == recent_.end() ? nullptr : *found;
}

SurveyPointer Surveys::counted(const std::string& layout_digest,
                               const std::vector<std::string>& services,
                               std::chrono::microseconds max_age) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(recent_, [&](const SurveyPointer& survey) {
        return survey->key.counts_space && survey->key.layout_digest == layout_digest &&
               is_within(services, survey->key.services) && is_young(*survey, max_age);
    });
    return found == recent_.end() ? nullptr : *found;
}

void Surveys::request(SurveyKey key, std::chrono::microseconds max_age,
                      const std::shared_ptr<Job>& job, Walk walk, Done done) {
    FlightPointer flight;
    SurveyPointer known;
    bool is_new = false;
    std::uint64_t total = 0;
    {
        const std::lock_guard lock(mutex_);
        known = recent(key, max_age);
        const auto in_flight = std::ranges::find_if(flights_, [&](const FlightPointer& other) {
            // One that waits its turn is behind what else its caller wants.
            const bool may_join = other->has_begun || other->owner_uid == job->owner_uid;
            return may_join && !other->is_stale && other->key.covers(key);
        });
        if (!known && in_flight != flights_.end()) flight = *in_flight;
        if (!known && !flight) {
            flight = std::make_shared<Flight>();
            flight->key = std::move(key);
            flight->owner_uid = job->owner_uid;
            flights_.push_back(flight);
            is_new = true;
        }
        if (flight) {
            // A walk of the same extent met about as many, whatever has become of them.
            for (const auto& earlier : recent_) {
                if (total == 0 && earlier->key.services == flight->key.services &&
                    earlier->key.counts_space == flight->key.counts_space)
                    total = earlier->entries;
            }
            flight->followers.push_back({job, std::move(done)});
        }
    }
    if (known) return done(known, nullptr);
    job->follow(flight->meter, total);
    job->set_phase("walking");
    job->set_leave([this, flight, job = job.get()] { leave(flight, job); });
    if (job->stop_token().stop_requested()) job->cancel();
    if (!is_new) return;
    try {
        walks_.submit(job->owner_uid, [this, flight, walk = std::move(walk)](std::stop_token stop) {
            fly(flight, walk, stop);
        });
    } catch (...) {
        land(flight, nullptr, std::current_exception());
    }
}

void Surveys::leave(const FlightPointer& flight, const Job* job) {
    const std::lock_guard lock(mutex_);
    std::erase_if(flight->followers,
                  [job](const Follower& follower) { return follower.job.get() == job; });
    if (!flight->followers.empty()) return;
    // Nobody may join what is about to stop.
    flight->is_stale = true;
    flight->stop.request_stop();
}

void Surveys::fly(const FlightPointer& flight, const Walk& walk, std::stop_token lane_stop) {
    const std::stop_callback end_with_lane(lane_stop, [&] { flight->stop.request_stop(); });
    {
        const std::lock_guard lock(mutex_);
        flight->has_begun = true;
    }
    try {
        auto survey = std::make_shared<DatedSurvey>();
        survey->begun = std::chrono::steady_clock::now();
        survey->begun_at = clock_.microseconds();
        survey->survey = walk(*flight->meter, flight->stop.get_token());
        survey->entries = flight->meter->entries;
        survey->key = flight->key;
        land(flight, std::move(survey), nullptr);
    } catch (...) {
        land(flight, nullptr, std::current_exception());
    }
}

void Surveys::land(const FlightPointer& flight, SurveyPointer survey, std::exception_ptr failure) {
    std::list<Follower> followers;
    {
        const std::lock_guard lock(mutex_);
        flights_.remove(flight);
        followers.swap(flight->followers);
        if (survey && !flight->is_stale) remember(survey);
    }
    for (const auto& follower : followers) {
        follower.job->set_leave({});  // from here on it ends by itself
        follower.done(survey, failure);
    }
}

/// With the lock held. Counts of all services are the last to go.
void Surveys::remember(const SurveyPointer& survey) {
    std::erase_if(recent_,
                  [&](const SurveyPointer& older) { return survey->key.covers(older->key); });
    recent_.push_front(survey);
    if (recent_.size() <= max_recent) return;
    const auto partial = std::find_if(recent_.rbegin(), recent_.rend(), [](const auto& older) {
        return !older->key.services.empty() || !older->key.counts_space;
    });
    recent_.erase(partial == recent_.rend() ? std::prev(recent_.end()) : std::prev(partial.base()));
}

void Surveys::forget() {
    const std::lock_guard lock(mutex_);
    recent_.clear();
    for (const auto& flight : flights_) flight->is_stale = true;
}

}  // namespace jts::hot_storage::engine
