#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/current_error.hpp"
#include "core/text.hpp"
#include "engine/change_places.hpp"
#include "engine/change_text.hpp"
#include "engine/changes.hpp"
#include "engine/provision_run.hpp"
#include "engine/resumption.hpp"
#include "engine/undo.hpp"
#include "engine/views.hpp"
#include "sys/observer.hpp"
#include "sys/settle.hpp"
#include "sys/survey.hpp"
#include "sys/target.hpp"

namespace jts::hot_storage::engine {
namespace {

/// So many starts try to finish a change; whatever ends the service each time shall not do so for
/// ever.
constexpr unsigned max_attempts = 5;

std::string damaged_text(const std::string& damage) {
    return damage +
           "; what that change had begun cannot be finished. No change is made until the file is "
           "out of the way: move it elsewhere, restart jts-hot-storage.service, and look at "
           "`jts-storage plan`";
}

/// What may be otherwise at the next start: the change waits for that. Undoing would be blocked by
/// an unsafe base as well.
bool may_pass(ErrorCode code) {
    return code == ErrorCode::busy || code == ErrorCode::no_space ||
           code == ErrorCode::unsafe_path || code == ErrorCode::recovery_pending;
}

Error waiting_error(const std::string& change_id, const Error& why) {
    const auto text = [&](const char* reason) {
        return "change " + change_id + " was interrupted and cannot be finished now: " + reason +
               ". Remove the cause and restart jts-hot-storage.service";
    };
    return {ErrorCode::recovery_pending, text(why.what()), text(why.public_what())};
}

/// What is waited for may take many starts to come, and none of them was ended by the change.
void take_attempt_back(JournalWriter& record) try {
    record.take_attempt_back();
} catch (const Error& error) {
    spdlog::warn("a start that waits counts as an attempt: {}", error.what());
}

/// What the change's own layout asks for, below directories, too.
struct Remaining {
    Observation observation;
    Plan plan;
};

Remaining remaining_of(const ChangeHeader& header, const Layout& layout, Accounts& accounts,
                       sys::WalkMeter& meter, const std::stop_token& stop) {
    Remaining remaining{sys::observe_declared(layout, accounts.read(), header.services), {}};
    sys::BelowOptions options;
    options.meter = &meter;
    sys::look_below(layout, remaining.observation, header.services, options, stop);
    remaining.plan =
        resumed(make_plan(layout, remaining.observation, header.services), header.plan);
    return remaining;
}

bool is_in_place(const Observation& seen, const DirectoryKey& key) {
    const auto is_directory = [](const EntryState& state) {
        return state.type == EntryState::Type::directory;
    };
    if (key.first.empty())
        return std::ranges::any_of(seen.base_path, [&](const PathObservation& observed) {
            return observed.path == key.second && is_directory(observed.entry);
        });
    const auto found = seen.directories.find(key);
    return found != seen.directories.end() && is_directory(found->second.entry);
}

/// There, and neither left to do nor refused by now.
bool is_done(const RecordedChange& recorded, const Observation& seen, const Plan& remaining) {
    const auto& subject = recorded.change.subject;
    return (is_account(recorded.change) || is_in_place(seen, recorded.target)) &&
           std::ranges::none_of(
               remaining.changes,
               [&](const auto& planned) { return planned.change.subject == subject; }) &&
           std::ranges::none_of(remaining.refused,
                                [&](const Refusal& refusal) { return refusal.subject == subject; });
}

bool began_after(const Identity& identity, std::uint64_t started_at) {
    const auto second = static_cast<std::int64_t>(started_at / 1'000'000);
    return identity.birth_sec == 0 || identity.birth_sec >= second;
}

}  // namespace

/// An interrupted change that this start goes on with.
struct Changes::Resumption {
    const JournalReader& reader;
    const ChangeHeader& header;
    const Layout& layout;
    JournalWriter& record;
    std::shared_ptr<sys::WalkMeter> meter;
    const std::stop_token& stop;
};

bool Changes::find_interrupted() noexcept try {
    auto ids = journal_.unfinished();
    if (ids.empty()) return false;
    const std::lock_guard lock(mutex_);
    pending_ = "change " + ids.front() +
               " was interrupted and is being finished; wait until Health is not `recovering`";
    interrupted_ = std::move(ids);
    is_recovering_ = true;
    storage_.override_health("recovering");
    return true;
} catch (...) {
    const auto error = current_error();
    spdlog::error("cannot look for interrupted changes: {}", error.what());
    set_pending(std::string("whether a change was interrupted cannot be told: ") + error.what() +
                ". Remove the cause and restart jts-hot-storage.service");
    storage_.override_health("critical");
    return false;
}

Changes::Interrupted Changes::first_interrupted() {
    const std::lock_guard lock(mutex_);
    const auto reader = journal_.open(interrupted_.front());
    if (!reader->header()) return {};
    return {reader->header()->operation, reader->header()->requester.uid};
}

void Changes::cannot_recover(const Error& error) {
    spdlog::error("interrupted changes cannot be finished: {}", error.what());
    set_pending(error.public_what());
    is_recovering_ = false;
    storage_.override_health("critical");
    storage_.refresh_state();
}

void Changes::recover(Job& job, std::stop_token shutdown) {
    std::vector<std::string> ids;
    {
        const std::lock_guard lock(mutex_);
        ids = interrupted_;
    }
    try {
        for (const auto& id : ids) recover_one(id, job, shutdown);
    } catch (...) {
        const auto error = current_error();
        if (!shutdown.stop_requested()) cannot_recover(error);
        throw Error(error);
    }
    set_pending(std::nullopt);
    is_recovering_ = false;
    storage_.override_health(std::nullopt);
    surveys_.forget();
    storage_.refresh_state();
}

/// What the interrupted run did to a directory and could not write down any more. A directory that
/// it was making is made anew: how far it came cannot be told from a mode that its owner narrowed.
void Changes::adopt_unrecorded(const Resumption& resumed) {
    using Type = EntryState::Type;
    std::vector<sys::DirectoryChange> adopted;
    for (const auto& [change, is_changed] : resumed.reader.directories()) {
        if (is_changed) continue;
        try {
            const auto target = sys::find_target(resumed.layout, change.target);
            const auto now = sys::state_of_target(target);
            const sys::DirectoryChange left{change.target, change.prior, now};
            if (sys::judge_restore(left, now).kind == sys::RestoreVerdict::already) continue;
            const bool may_be_half_made = change.prior.type == Type::missing &&
                                          now.type == Type::directory && (now.mode & 0077) == 0 &&
                                          began_after(now.identity, resumed.header.started_at);
            if (may_be_half_made && sys::put_back(target, now, change.prior)) continue;
            adopted.push_back(left);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::plan_stale) throw;
        }
    }
    if (!adopted.empty()) resumed.record.write_durably(FrameType::directory, to_json(adopted));
}

void Changes::recover_one(const std::string& id, Job& job, const std::stop_token& shutdown) {
    const auto reader = journal_.open(id);
    reader->scan();
    if (reader->damage()) throw Error(ErrorCode::recovery_pending, damaged_text(*reader->damage()));
    const auto& header = *reader->header();
    Layout layout;
    try {
        layout = layout_of(header);
    } catch (const Error& error) {
        throw Error(ErrorCode::recovery_pending,
                    damaged_text(reader->path() + ": " + error.what()));
    }
    const auto record = journal_.go_on(*reader);
    auto meter = std::make_shared<sys::WalkMeter>();
    job.follow(meter, 0);
    job.set_phase("recovering");
    const Resumption resumed{*reader, header, layout, *record, meter, shutdown};
    ChangeResult result{outcome::recovered, 0, {}, ""};
    std::uint32_t refused = 0;
    bool is_counted = false;
    try {
        if (reader->attempts() >= max_attempts)
            throw Error(ErrorCode::partial, "the service was ended " +
                                                std::to_string(max_attempts) +
                                                " times while it tried to finish this change");
        record->write_durably(FrameType::attempt, {});
        is_counted = true;
        expect_in_place(layout, *reader);
        adopt_unrecorded(resumed);
        finish(resumed, result, refused);
        sys::sync_file_systems(layout, header.services);
    } catch (...) {
        const auto error = current_error();
        if (shutdown.stop_requested()) throw interrupted_error(id);
        if (may_pass(error.code())) {
            if (is_counted) take_attempt_back(*record);
            throw waiting_error(id, error);
        }
        const bool may_be_undone = !reader->is_undoing() && error.code() != ErrorCode::partial;
        const std::vector<Change> begun = accounts_among(result.applied);
        result = may_be_undone ? undone_recovery(error, {header, layout, begun, shutdown}, *record)
                               : ChangeResult{outcome::partial, 0, begun, error.what()};
        spdlog::error("change {} was interrupted, and could not be finished: {}", id,
                      result.message);
    }
    result.ended_at = clock_.microseconds();
    end(*record, header, result, refused);
}

/// What cannot be finished is undone, as it would have been without the interruption.
ChangeResult Changes::undone_recovery(const Error& cause, const Failed& failed,
                                      JournalWriter& record) {
    const auto error = undo_failed(cause, failed, record);
    const bool is_whole = error.code() != ErrorCode::partial;
    return {is_whole ? outcome::rolled_back : outcome::partial, 0, failed.applied, error.what()};
}

void Changes::finish(const Resumption& resumed, ChangeResult& result, std::uint32_t& refused) {
    if (resumed.reader.is_undoing()) return finish_undoing(resumed, result);
    if (resumed.header.operation == operation::rollback)
        return finish_rollback(resumed, result, refused);
    finish_provision(resumed, result, refused);
}

void Changes::finish_undoing(const Resumption& resumed, ChangeResult& result) {
    const auto reader = journal_.open(resumed.header.change_id);
    reader->scan();
    if (reader->damage()) throw Error(ErrorCode::failed, *reader->damage());
    UndoReport undone;
    UndoOptions options;
    options.meter = resumed.meter.get();
    options.adopts = true;
    undo(*reader, resumed.layout, options, resumed.stop, undone);
    if (!undone.is_whole())
        throw undone_error(Error(ErrorCode::failed, "it was being undone"), {}, undone, nullptr);
    result.outcome = outcome::rolled_back;
}

void Changes::finish_rollback(const Resumption& resumed, ChangeResult& result,
                              std::uint32_t& refused) {
    const auto original = record_of(resumed.header.of);
    UndoReport undone;
    UndoOptions options;
    options.meter = resumed.meter.get();
    options.writer = [&] { return &resumed.record; };
    undo(*original, resumed.layout, options, resumed.stop, undone);
    auto targets = undone.restored_targets;
    for (const auto& [change, is_changed] : resumed.reader.directories())
        if (is_changed) targets.insert(change.target);
    for (std::uint64_t number = 0; number < resumed.reader.batches(); ++number)
        targets.insert(resumed.reader.read_batch(number).batch.target);
    result.applied = changes_in(resumed.header, targets);
    refused = static_cast<std::uint32_t>(undone.not_restored.size());
}

/// What was done is what is not left to do: that is looked at, not assumed.
void Changes::finish_provision(const Resumption& resumed, ChangeResult& result,
                               std::uint32_t& refused) {
    const auto& header = resumed.header;
    const auto look = [&] {
        return remaining_of(header, resumed.layout, accounts_, *resumed.meter, resumed.stop);
    };
    const auto before = look();
    // What blocks may be gone at the next start, and undoing is blocked by it as well.
    if (!before.plan.blockers.empty())
        throw Error(ErrorCode::recovery_pending, before.plan.blockers.front().message);
    ProvisionRun run(resumed.layout, before.observation, before.plan, header.services, accounts_,
                     *resumed.meter, resumed.record);
    run.apply(resumed.stop);
    const auto after = look();
    for (const auto& recorded : header.plan)
        if (is_done(recorded, after.observation, after.plan))
            result.applied.push_back(recorded.change);
    refused = static_cast<std::uint32_t>(header.plan.size() - result.applied.size());
}

}  // namespace jts::hot_storage::engine
