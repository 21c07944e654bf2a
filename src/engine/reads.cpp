#include "engine/answer_size.hpp"
#include "engine/reads.hpp"

#include <algorithm>
#include <map>
#include <thread>

#include "core/validate.hpp"
#include "engine/inspect.hpp"
#include "engine/service_states.hpp"
#include "engine/views.hpp"
#include "sys/ownership.hpp"

namespace jts::hot_storage::engine {
namespace {

/// Runs a step of a job: what it throws is the job's end.
template <typename Step>
void guarded(Job& job, const Step& step) {
    try {
        step();
    } catch (...) {
        job.fail_with_current_exception();
    }
}

bool is_unsafe(const Plan& plan) {
    return std::ranges::any_of(plan.blockers, [](const Blocker& blocker) {
        return blocker.code == ErrorCode::unsafe_path;
    });
}

/// With names where the caller may see them. What others get who wait for the job has none.
template <typename Report>
void succeed_for(Job& job, Report report, bool names) {
    auto without = without_names(report);
    if (!names || is_too_large(report)) return job.succeed(std::move(without));
    job.set_public_result(std::move(without));
    job.succeed(std::move(report));
}

/// A polite walk leaves a processor to everybody else: where groups of processes share them out,
/// its low priority counts within the daemon's own alone.
void set_pace(sys::BelowOptions& options, bool full_speed) {
    const unsigned processors = std::max(std::thread::hardware_concurrency(), 2u);
    options.pace.is_polite = !full_speed;
    options.threads = std::min(processors - 1, sys::polite_threads);
    if (!full_speed) return;
    options.pace.at_first = processors;
    options.threads = std::max(processors, sys::most_threads);
}

}  // namespace

Reads::Extent Reads::extent_for(ReadRights rights) {
    return {.may_sample = rights.sample,
            .max_age = rights.sample ? std::chrono::microseconds::zero() : unprivileged_age};
}

void Reads::look(const std::shared_ptr<Job>& job, std::vector<std::string> services,
                 std::function<void(const LookedPointer&)> next) {
    executor_.looks.submit(job->owner_uid,
                           [=, this, services = std::move(services)](std::stop_token stop) {
                               guarded(*job, [&] {
                                   if (stop.stop_requested()) return job->cancel();
                                   if (!job->begin("looking")) return;
                                   next(std::make_shared<Looked>(storage_.look(services)));
                               });
                           });
}

/// Callers without the right to sample share one kind of walk, that of everything: however they
/// vary what they ask for, one is begun a minute.
void Reads::walk(const std::shared_ptr<Job>& job, const LookedPointer& looked, Extent extent,
                 AfterWalk next) {
    LookedPointer walked = looked;
    if (!extent.may_sample) {
        extent.counts_space = true;
        if (!looked->services.empty()) walked = std::make_shared<Looked>(storage_.look({}));
    }
    SurveyKey key{
        .layout_digest = walked->loaded->digest,
        .services = walked->services,
        .subjects = sys::survey_subjects(walked->layout(), walked->observation, walked->services),
        .counts_space = extent.counts_space,
        .full_speed = extent.full_speed,
        .links_protected = sys::links_are_protected({})};
    const auto make_survey = [walked, extent](sys::WalkMeter& meter, std::stop_token stop) {
        sys::SurveyOptions options;
        set_pace(options.below, extent.full_speed);
        options.below.meter = &meter;
        options.counts_space = extent.counts_space;
        return sys::survey(walked->layout(), walked->observation, walked->services, options, stop);
    };
    surveys_.request(
        std::move(key), extent.max_age, job, make_survey,
        [job, next = std::move(next)](SurveyPointer survey, std::exception_ptr failure) {
            guarded(*job, [&] {
                if (failure) std::rethrow_exception(failure);
                next(survey);
            });
        });
}

void Reads::plan(const std::shared_ptr<Job>& job, std::vector<std::string> services,
                 ReadRights rights) {
    look(job, std::move(services), [=, this](const LookedPointer& looked) {
        expect_unblocked(looked->plan);
        walk(job, looked, extent_for(rights), [=, this](const SurveyPointer& survey) {
            expect_readable(survey->survey, *looked);
            take_below(survey->survey, *looked);
            storage_.refresh_state();
            succeed_for(*job, plan_report(*looked), rights.names);
        });
    });
}

std::optional<Reads::KnownCount> Reads::known_count(const UsageRequest& request) {
    const auto loaded = storage_.layout();
    expect_known(loaded->result.layout, request.services);
    const auto survey = surveys_.counted(loaded->digest, request.services, request.max_age);
    if (!survey) return std::nullopt;
    return KnownCount{loaded, survey};
}

UsageReport Reads::answer(const KnownCount& known, const UsageRequest& request) const {
    return answer(known.layout->result.layout, request, *known.survey);
}

/// Also of services that the walk counted for others.
void Reads::note_usage(const Looked& looked, const DatedSurvey& survey) {
    directories_.learn(survey);
    storage_.note_usage(report(looked.layout(), survey.key.services, survey), survey.begun);
}

UsageReport Reads::report(const Layout& layout, const std::vector<std::string>& services,
                          const DatedSurvey& survey) const {
    auto report = usage_report(layout, services, survey);
    watch_.foretell(report);
    return report;
}

UsageReport Reads::answer(const Layout& layout, const UsageRequest& request,
                          const DatedSurvey& survey) const {
    auto answer = report(layout, request.services, survey);
    if (request.top > 0) directories_.add_top(answer, survey, request.top);
    return answer;
}

UsageRequest for_everybody(UsageRequest request) {
    request.full_speed = false;
    request.max_age = std::max(request.max_age, unprivileged_age);
    return request;
}

void Reads::usage(const std::shared_ptr<Job>& job, const UsageRequest& request, ReadRights rights) {
    const Extent extent{.counts_space = true,
                        .full_speed = request.full_speed,
                        .may_sample = rights.sample,
                        .max_age = request.max_age};
    look(job, request.services, [=, this](const LookedPointer& looked) {
        if (is_unsafe(looked->plan)) expect_unblocked(looked->plan);
        walk(job, looked, extent, [=, this](const SurveyPointer& survey) {
            note_usage(*looked, *survey);
            succeed_for(*job, answer(looked->layout(), request, *survey), request.top > 0);
        });
    });
}

/// By a layout of which a file is rejected other directories might be counted, and alerts cleared.
/// Nobody else who waits for this walk waits for the disk, too.
void Reads::sample(const std::shared_ptr<Job>& job) {
    const Extent extent{.counts_space = true, .may_sample = true};
    look(job, {}, [=, this](const LookedPointer& looked) {
        if (!looked->loaded->result.rejected.empty()) storage_.refresh_state();
        expect_sound(*looked->loaded);
        if (is_unsafe(looked->plan)) expect_unblocked(looked->plan);
        walk(job, looked, extent, [=, this](const SurveyPointer& survey) {
            executor_.inspections.submit(job->owner_uid, [=, this](const std::stop_token&) {
                guarded(*job, [&] { finish_sample(job, looked, survey); });
            });
        });
    });
}

void Reads::finish_sample(const std::shared_ptr<Job>& job, const LookedPointer& looked,
                          const SurveyPointer& survey) {
    storage_.refresh_state();
    directories_.learn(*survey);
    const auto counted = usage_report(looked->layout(), {}, *survey);
    const auto drift = look_for_drift(*looked);
    job->succeed(watch_.take({looked->layout(), *survey, counted, drift}));
}

/// After the walk, which may have taken long. Half of a change is no drift.
std::map<std::string, std::uint32_t> Reads::look_for_drift(const Looked& before) {
    const auto stage = changes_.quiet_stage();
    const auto now = storage_.look({});
    if (!stage || changes_.quiet_stage() != stage || now.loaded->digest != before.loaded->digest)
        return {};
    return drift_of(now.layout(), now.observation);
}

void Reads::validate(const std::shared_ptr<Job>& job, std::vector<std::string> services,
                     bool write_probe, ReadRights rights) {
    auto extent = extent_for(rights);
    extent.counts_space = true;
    look(job, std::move(services), [=, this](const LookedPointer& looked) {
        // systemd is asked, and the probe takes seconds: neither walks nor looks should wait.
        const auto finish = [=, this](const SurveyPointer& survey) {
            if (write_probe) job->set_phase("probing");
            Lane& lane = write_probe ? executor_.probes : executor_.inspections;
            lane.submit(job->owner_uid, [=, this](std::stop_token stop) {
                const std::stop_callback cancel_with_lane(stop, [&] { job->cancel(); });
                guarded(*job, [&] { finish_validation(job, looked, survey, write_probe, rights); });
            });
        };
        if (is_unsafe(looked->plan)) return finish(nullptr);
        walk(job, looked, extent, finish);
    });
}

void Reads::finish_validation(const std::shared_ptr<Job>& job, const LookedPointer& looked,
                              const SurveyPointer& survey, bool write_probe, ReadRights rights) {
    if (survey) take_below(survey->survey, *looked);
    const auto inspection =
        inspect(*looked, survey.get(), units_, changes_.examine_records(job->stop_token()));
    if (survey) note_usage(*looked, *survey);
    std::optional<std::vector<ProbeResult>> probes;
    if (write_probe) probes = probe(*looked, job->stop_token());
    auto report = hot_storage::validate({looked->layout(), looked->loaded->result.rejected,
                                         looked->observation, looked->plan, inspection, probes,
                                         looked->services});
    storage_.refresh_state();
    succeed_for(*job, std::move(report), rights.names);
}

std::vector<ProbeResult> Reads::probe(const Looked& looked, const std::stop_token& stop) {
    std::map<std::string, std::vector<DirectoryKey>> by_user;
    for (const ServiceSpec& service : looked.layout().services) {
        if (!looked.services.empty() &&
            std::ranges::find(looked.services, service.name) == looked.services.end())
            continue;
        for (const DirectorySpec& directory : service.directories)
            if (directory.owner != "root")
                by_user[directory.owner].push_back({service.name, directory.name});
    }
    std::vector<ProbeResult> results;
    for (const auto& [user, directories] : by_user) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, "stopped before the write probe as " + user);
        for (auto& result : probe_.run(user, directories)) results.push_back(std::move(result));
    }
    return results;
}

}  // namespace jts::hot_storage::engine
