#include "engine/changes.hpp"

#include <spdlog/spdlog.h>
#include <syslog.h>

#include <algorithm>
#include <chrono>

#include "core/current_error.hpp"
#include "engine/answer_size.hpp"
#include "engine/audit.hpp"
#include "engine/change_places.hpp"
#include "engine/change_text.hpp"
#include "engine/provision_run.hpp"
#include "engine/undo.hpp"
#include "engine/views.hpp"
#include "sys/courtesy.hpp"
#include "sys/digest.hpp"
#include "sys/settle.hpp"
#include "sys/survey.hpp"

namespace jts::hot_storage::engine {
namespace {

std::vector<RecordedChange> recorded(const Plan& plan) {
    std::vector<RecordedChange> changes;
    for (const auto& planned : plan.changes) {
        changes.push_back({planned.change, planned.target});
        changes.back().change.examples.clear();
    }
    return changes;
}

/// Below declared directories: what a job's progress counts.
std::uint64_t entries_of(const Plan& plan) {
    std::uint64_t entries = 0;
    for (const auto& planned : plan.changes) entries += planned.change.entries;
    return entries;
}

std::uint64_t entries_of(const JournalReader& record) {
    std::uint64_t entries = 0;
    if (record.result())
        for (const auto& change : record.result()->applied) entries += change.entries;
    return entries;
}

/// As the caller may see it; what others get who wait for the job goes to the job.
ProvisionReport with_refusals(ProvisionReport report, const Plan& plan, const ChangeCall& call) {
    auto without = report;
    without.changes = without_examples(std::move(without.changes));
    without.refused = plan.refused_public;
    if (!call.names) return without;
    report.refused = plan.refused;
    if (is_too_large(report)) return without;
    call.job.set_public_result(std::move(without));
    return report;
}

RollbackReport with_refusals(RollbackReport report, const UndoReport& undone,
                             const ChangeCall& call) {
    auto without = report;
    without.not_restored = undone.not_restored_public;
    if (!call.names) return without;
    report.not_restored = undone.not_restored;
    if (is_too_large(report)) return without;
    call.job.set_public_result(std::move(without));
    return report;
}

/// Accounts and groups, which stay.
std::vector<std::string> kept_of(const JournalReader& original) {
    std::vector<std::string> kept;
    for (const auto& account : accounts_among(original.result()->applied))
        if (std::ranges::find(kept, account.subject) == kept.end()) kept.push_back(account.subject);
    return kept;
}

RollbackReport report_of(const JournalReader& original, const UndoReport& undone) {
    RollbackReport report;
    report.restored = static_cast<std::uint32_t>(undone.restored);
    report.kept = kept_of(original);
    return report;
}

}  // namespace

struct Changes::Prepared {
    Looked looked;
    std::string digest;
};

Changes::Prepared Changes::prepare(const std::vector<std::string>& services, Job& job) {
    storage_.expect_sound_layout();
    auto looked = storage_.look(services);
    // What blocks is known before the long walk.
    expect_unblocked(looked.plan);
    auto meter = std::make_shared<sys::WalkMeter>();
    job.follow(meter, 0);
    job.set_phase("walking");
    sys::SurveyOptions options;
    options.below.meter = meter.get();
    auto survey =
        sys::survey(looked.layout(), looked.observation, services, options, job.stop_token());
    if (job.stop_token().stop_requested())
        throw Error(ErrorCode::cancelled, "stopped before the first change");
    expect_readable(survey, looked);
    take_below(survey, looked);
    auto digest = sys::sha256_hex(canonical_form(looked.loaded->digest, looked.plan));
    return {std::move(looked), std::move(digest)};
}

ChangeHeader Changes::header_for(const Prepared& prepared, const Requester& requester) const {
    const auto& [looked, digest] = prepared;
    return {.change_id = sys::random_id(),
            .operation = operation::provision,
            .requester = requester,
            .started_at = clock_.microseconds(),
            .layout = looked.loaded->result.document,
            .layout_digest = looked.loaded->digest,
            .services = looked.services,
            .digest = digest,
            .plan = recorded(looked.plan),
            .of = "",
            .mounts = mounts_of(looked.layout(), recorded(looked.plan))};
}

void Changes::expect_none_pending() const {
    const std::lock_guard lock(mutex_);
    if (pending_) throw Error(ErrorCode::recovery_pending, *pending_);
}

ProvisionReport Changes::provision(const std::vector<std::string>& services,
                                   const std::optional<std::string>& digest,
                                   const ChangeCall& call) {
    expect_none_pending();
    const AtWork at_work(stage_);
    const auto prepared = prepare(services, call.job);
    const auto& plan = prepared.looked.plan;
    if (digest && *digest != prepared.digest)
        throw Error(ErrorCode::plan_stale,
                    "what is there, or the layout, has changed since the plan " +
                        digest->substr(0, 12) + "… was made; nothing was changed. Plan again");
    ProvisionReport report{.digest = prepared.digest, .unchanged = plan.unchanged};
    if (plan.changes.empty()) {
        storage_.refresh_state();
        return with_refusals(std::move(report), plan, call);
    }
    const auto header = header_for(prepared, call.requester);
    report.change_id = header.change_id;
    return provision_recorded(prepared.looked, header, call, std::move(report));
}

ProvisionReport Changes::provision_recorded(const Looked& looked, const ChangeHeader& header,
                                            const ChangeCall& call, ProvisionReport report) {
    const auto record = begin_record(header);
    auto meter = std::make_shared<sys::WalkMeter>();
    call.job.follow(meter, entries_of(looked.plan));
    call.job.set_phase("applying");
    ProvisionRun run(looked.layout(), looked.observation, looked.plan, looked.services, accounts_,
                     *meter, *record);
    try {
        run.apply(call.job.stop_token());
        sys::sync_file_systems(looked.layout(), looked.services);
    } catch (...) {
        const auto cause = current_error();
        if (run.changed_nothing()) discard_and_throw(cause, *record, header);
        undo_and_throw(cause, {header, looked.layout(), run.applied(), call.shutdown}, *record);
    }
    const auto final_plan = run.with_final_refusals();
    report.applied = static_cast<std::uint32_t>(run.applied().size());
    report.changes = run.applied();
    end(*record, header,
        {outcome::succeeded, clock_.microseconds(), without_examples(run.applied()), ""},
        static_cast<std::uint32_t>(final_plan.refused.size()));
    return with_refusals(std::move(report), final_plan, call);
}

/// Until it is ended or discarded no other change is made: the next start would finish it over
/// that.
std::unique_ptr<JournalWriter> Changes::begin_record(const ChangeHeader& header) {
    auto record = journal_.create(header);
    set_pending("change " + header.change_id +
                " was not brought to its end; restart jts-hot-storage.service, which finishes it");
    return record;
}

void Changes::discard_and_throw(const Error& cause, JournalWriter& record,
                                const ChangeHeader& header) {
    try {
        discard(record, header);
    } catch (const Error& error) {
        throw cause.followed_by(std::string(". Besides, ") + error.what());
    }
    storage_.refresh_state();
    throw Error(cause);
}

/// Of a change that changed nothing. A record that cannot be removed says that it is over, since
/// the next start would make the change otherwise.
void Changes::discard(JournalWriter& record, const ChangeHeader& header) {
    try {
        journal_.discard(header.change_id);
    } catch (const Error& error) {
        spdlog::warn("the record of a change that changed nothing stays: {}", error.what());
        try {
            record.finish({outcome::rolled_back, clock_.microseconds(), {}, "nothing was changed"});
        } catch (const Error& unfinished) {
            const auto why = "nothing was changed, but the next start would make change " +
                             header.change_id + ", because its record stays: " + error.what() +
                             "; " + unfinished.what() +
                             ". Remove the cause, move that file elsewhere and restart "
                             "jts-hot-storage.service";
            set_pending(why);
            storage_.override_health("critical");
            storage_.refresh_state();
            throw Error(ErrorCode::failed, why);
        }
    }
    set_pending(std::nullopt);
}

Error Changes::undo_failed(const Error& cause, const Failed& failed, JournalWriter& record) {
    const auto& id = failed.header.change_id;
    if (failed.shutdown.stop_requested()) throw interrupted_error(id);
    UndoReport report;
    std::optional<Error> failure;
    try {
        record.write(FrameType::undoing, {});
        const auto reader = journal_.open(id);
        reader->scan();
        if (reader->damage()) throw Error(ErrorCode::failed, *reader->damage());
        UndoOptions options;
        options.adopts = true;
        undo(*reader, failed.layout, options, failed.shutdown, report);
        sys::sync_file_systems(failed.layout, failed.header.services);
    } catch (...) {
        failure = current_error();
    }
    if (failure && failed.shutdown.stop_requested()) throw interrupted_error(id);
    return undone_error(cause, failed.applied, report, failure ? &*failure : nullptr);
}

void Changes::undo_and_throw(const Error& cause, const Failed& failed, JournalWriter& record) {
    const auto error = undo_failed(cause, failed, record);
    const bool is_partial = error.code() == ErrorCode::partial;
    end(record, failed.header,
        {is_partial ? outcome::partial : outcome::rolled_back, clock_.microseconds(),
         is_partial ? without_examples(failed.applied) : accounts_among(failed.applied),
         error.what()},
        0);
    throw error;
}

/// The record of the change to roll back, whole and over.
std::unique_ptr<JournalReader> Changes::record_of(const std::string& id) {
    auto reader = journal_.open(id);
    if (!reader->is_finished())
        throw Error(ErrorCode::recovery_pending, "change " + id + " is not over yet");
    reader->scan();
    if (reader->damage())
        throw Error(ErrorCode::failed, *reader->damage() + "; it cannot be rolled back");
    return reader;
}

ChangeHeader Changes::rollback_header(const JournalReader& original, const Layout& layout,
                                      const Requester& requester) const {
    ChangeHeader header = *original.header();
    header.of = header.change_id;
    header.change_id = sys::random_id();
    header.operation = operation::rollback;
    header.requester = requester;
    header.started_at = clock_.microseconds();
    header.digest.clear();
    for (auto& recorded : header.plan) std::swap(recorded.change.current, recorded.change.desired);
    header.mounts = mounts_of(layout, header.plan);
    return header;
}

RollbackReport Changes::rehearse(const std::string& id, bool may_look_anew,
                                 const ChangeCall& call) {
    const auto stage = quiet_stage();
    if (!may_look_anew && stage)
        if (const auto known = rehearsals_.find(id, *stage))
            return with_refusals(known->report, known->undone, call);
    const auto original = record_of(id);
    const auto layout = layout_of(*original->header());
    auto meter = std::make_shared<sys::WalkMeter>();
    call.job.follow(meter, entries_of(*original));
    call.job.set_phase("restoring");
    Rehearsal rehearsal;
    UndoOptions options;
    options.dry_run = true;
    options.meter = meter.get();
    sys::run_politely(
        [&] { undo(*original, layout, options, call.job.stop_token(), rehearsal.undone); });
    rehearsal.report = report_of(*original, rehearsal.undone);
    if (stage && quiet_stage() == stage) rehearsals_.keep(id, *stage, rehearsal);
    return with_refusals(rehearsal.report, rehearsal.undone, call);
}

RollbackReport Changes::rollback(const std::string& id, const ChangeCall& call) {
    expect_none_pending();
    const AtWork at_work(stage_);
    const auto original = record_of(id);
    const auto layout = layout_of(*original->header());
    const auto header = rollback_header(*original, layout, call.requester);
    auto meter = std::make_shared<sys::WalkMeter>();
    call.job.follow(meter, entries_of(*original));
    call.job.set_phase("restoring");
    std::unique_ptr<JournalWriter> record;
    UndoReport undone;
    UndoOptions options;
    options.meter = meter.get();
    options.writer = [&] {
        if (!record) record = begin_record(header);
        return record.get();
    };
    try {
        undo(*original, layout, options, call.job.stop_token(), undone);
        if (record) sys::sync_file_systems(layout, header.services);
    } catch (...) {
        const auto cause = current_error();
        if (!record) throw Error(cause);
        if (undone.restored == 0 && undone.failed_cleanly)
            discard_and_throw(cause, *record, header);
        undo_and_throw(cause,
                       {header, layout, changes_in(header, undone.restored_targets), call.shutdown},
                       *record);
    }
    auto report = report_of(*original, undone);
    if (!record) return with_refusals(std::move(report), undone, call);
    if (undone.restored == 0) {
        discard(*record, header);
        return with_refusals(std::move(report), undone, call);
    }
    report.change_id = header.change_id;
    end(*record, header,
        {outcome::succeeded, clock_.microseconds(), changes_in(header, undone.restored_targets),
         ""},
        static_cast<std::uint32_t>(undone.not_restored.size()));
    return with_refusals(std::move(report), undone, call);
}

void Changes::end(JournalWriter& record, const ChangeHeader& header, const ChangeResult& result,
                  std::uint32_t refused) {
    std::optional<Error> failure;
    try {
        record.finish(result);
        set_pending(std::nullopt);
    } catch (...) {
        failure = current_error();
        set_pending("the record of change " + header.change_id +
                    " cannot be completed: " + failure->public_what() +
                    ". Remove the cause and restart jts-hot-storage.service");
        storage_.override_health("critical");
    }
    surveys_.forget();
    storage_.refresh_state();
    tell_end(header, result, refused);
    if (failure)
        throw Error(
            ErrorCode::partial,
            "change " + header.change_id + " was made (" + result.outcome +
                "), but its record cannot be completed: " + failure->what() +
                ". Remove the cause and restart jts-hot-storage.service, which completes it");
}

void Changes::tell_end(const ChangeHeader& header, const ChangeResult& result,
                       std::uint32_t refused) {
    const auto applied = static_cast<std::uint32_t>(result.applied.size());
    const bool is_well =
        result.outcome == outcome::succeeded || result.outcome == outcome::recovered;
    audit(change_ended_id, is_well ? LOG_NOTICE : LOG_ERR,
          header.operation + " " + header.change_id + " " + result.outcome + ": changes applied: " +
              std::to_string(applied) + ", refused: " + std::to_string(refused) +
              (result.message.empty() ? "" : ": " + result.message),
          {{"JTS_CHANGE_ID", header.change_id},
           {"JTS_OPERATION", header.operation},
           {"JTS_OUTCOME", result.outcome},
           {"JTS_PLAN_DIGEST", header.digest},
           {"JTS_CALLER_UID", std::to_string(header.requester.uid)},
           {"JTS_CALLER", header.requester.unique_name}});
    listener_({header.change_id, header.operation, header.requester, header.digest, result.outcome,
               applied, refused});
}

void Changes::set_pending(std::optional<std::string> why) {
    const std::lock_guard lock(mutex_);
    pending_ = std::move(why);
}

std::vector<AppliedChange> Changes::list() {
    auto changes = journal_.list();
    keep_newest(changes);
    return changes;
}

RecordsFacts Changes::examine_records(const std::stop_token& stop) {
    RecordsFacts facts;
    bool is_changing = false;
    {
        const std::lock_guard lock(mutex_);
        is_changing = is_at_work() || is_recovering_;
        if (pending_ && !is_at_work()) facts.pending = *pending_;
        facts.is_recovering = is_recovering_;
    }
    try {
        const std::lock_guard lock(examination_mutex_);
        facts.damaged = journal_.damaged(examined_, !is_changing, stop);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        facts.error = error.what();
    }
    return facts;
}

}  // namespace jts::hot_storage::engine
