#include "engine/provision_run.hpp"

#include <algorithm>

#include "core/current_error.hpp"
#include "engine/change_text.hpp"
#include "sys/changer.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::engine {
namespace {

/// The account is there, whole in name and group, and has the id that the plan pinned.
void expect_account(const PlannedChange& planned, const AccountDatabase& database) {
    const auto& name = planned.change.subject;
    const auto* user = database.user(name);
    const auto* group = database.group(name);
    const bool wants_user = planned.change.kind == ChangeKind::create_user;
    if (wants_user ? user == nullptr : group == nullptr) {
        throw Error(ErrorCode::failed,
                    "the accounts unit ended well, but " + name +
                        " is not in /etc; an account of that name may come from another source "
                        "than /etc (see `getent`): read `journalctl -u "
                        "'jts-hot-storage-accounts*'`");
    }
    const auto id = wants_user ? user->uid : group->gid;
    if (planned.pinned_id && *planned.pinned_id != id) {
        throw Error(ErrorCode::failed, name + " was created with id " + std::to_string(id) +
                                           ", but its tree belongs to id " +
                                           std::to_string(*planned.pinned_id) +
                                           "; plan again to see what that changes");
    }
}

/// Lines of an ACL without its named ones: owner, group, mask and others, and the same as defaults.
constexpr std::size_t max_plain_lines = 8;

/// Whoever throws these has changed nothing (sys/changer.hpp).
bool leaves_all_as_it_was(const Error& error) {
    return error.code() == ErrorCode::plan_stale || error.code() == ErrorCode::unsafe_path;
}

}  // namespace

void ProvisionRun::apply_accounts(const std::stop_token& stop) {
    bool any = false;
    for (const auto& planned : plan_.changes) any = any || is_account(planned.change);
    if (!any) return;
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped before its end");
    try {
        accounts_.create(services_);
    } catch (const Error& cause) {
        note_accounts_made(cause);
        throw;
    }
    const auto database = accounts_.read();
    for (const auto& planned : plan_.changes) {
        if (!is_account(planned.change)) continue;
        expect_account(planned, database);
        applied_.push_back(planned.change);
    }
}

/// The accounts unit failed, but may have made some before.
void ProvisionRun::note_accounts_made(const Error& cause) try {
    const auto database = accounts_.read();
    for (const auto& planned : plan_.changes) {
        const auto& name = planned.change.subject;
        const bool is_user = planned.change.kind == ChangeKind::create_user;
        const bool is_made =
            is_user ? database.user(name) != nullptr : database.group(name) != nullptr;
        if (is_account(planned.change) && planned.change.current == "absent" && is_made) {
            applied_.push_back(planned.change);
        }
    }
} catch (const Error& unreadable) {
    throw cause.followed_by(std::string("; and which accounts were made before cannot be told: ") +
                            unreadable.what());
}

/// As it is now: the plan may be as old as the walk took. What is not as it was then is planned
/// anew.
sys::DirectoryChange ProvisionRun::state_before(const PlannedChange& planned) const {
    if (planned.prior.type != EntryState::Type::missing) {
        auto now = sys::state_of_target(sys::find_target(layout_, planned.target));
        if (now != planned.prior)
            throw Error(ErrorCode::plan_stale, planned.change.subject +
                                                   " was changed since the plan was made; nothing "
                                                   "was changed. Plan again");
    }
    return {planned.target, planned.prior, planned.prior};
}

/// Room for how each step leaves its directory, at most.
void ProvisionRun::promise_left(const PlannedChange& planned) {
    const auto access_lines = max_plain_lines + planned.acl.size();
    const auto lines = std::max(planned.prior.acl.size(), planned.acl.empty() ? 0 : access_lines);
    const sys::DirectoryChange before{planned.target, planned.prior, {}};
    record_.promise(FrameType::directory, frame_head_size + max_left_size(before, lines));
}

/// How every directory of the plan is before its first change.
void ProvisionRun::record_directories() {
    std::vector<sys::DirectoryChange> directories;
    for (const auto& planned : plan_.changes) {
        if (is_account(planned.change) || planned.change.kind == ChangeKind::set_owner_below)
            continue;
        promise_left(planned);
        const auto known =
            std::ranges::find(directories, planned.target, &sys::DirectoryChange::target);
        if (known == directories.end()) directories.push_back(state_before(planned));
    }
    if (!directories.empty()) record_.write_durably(FrameType::directories, to_json(directories));
}

/// Also after a step that failed: whatever it did can be taken back.
void ProvisionRun::record_left(const PlannedChange& planned) {
    if (planned.change.kind == ChangeKind::set_owner_below) return;
    const auto left = sys::state_of_target(sys::find_target(layout_, planned.target));
    record_.write(
        FrameType::directory,
        to_json(std::vector<sys::DirectoryChange>{{planned.target, planned.prior, left}}));
}

void ProvisionRun::record_left_after(const PlannedChange& planned, const Error& cause) try {
    record_left(planned);
} catch (const Error& unknown) {
    throw cause.followed_by(std::string("; and how it left that cannot be told: ") +
                            unknown.what());
}

sys::ChangeOutcome ProvisionRun::apply_recorded(const PlannedChange& planned,
                                                const AccountDatabase& database,
                                                const std::stop_token& stop) {
    sys::BelowOptions options;
    options.meter = &meter_;
    options.log = &record_;
    began_one_ = true;
    sys::ChangeOutcome outcome;
    try {
        outcome = sys::apply_change(layout_, planned, database, options, stop);
    } catch (...) {
        const auto error = current_error();
        began_one_ = !leaves_all_as_it_was(error);
        if (began_one_) record_left_after(planned, error);
        throw Error(error);
    }
    record_left(planned);
    return outcome;
}

void ProvisionRun::apply_to_tree(const PlannedChange& planned, const AccountDatabase& database,
                                 const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped before its end");
    auto outcome = apply_recorded(planned, database, stop);
    began_one_ = false;
    auto done = planned.change;
    if (done.kind == ChangeKind::set_owner_below) {
        done.entries = outcome.entries;
        observation_.directories[planned.target].below.refused = std::move(outcome.refused);
    }
    applied_.push_back(std::move(done));
}

void ProvisionRun::apply_all(const std::stop_token& stop) {
    record_directories();
    apply_accounts(stop);
    const auto database = accounts_.read();
    for (const auto& planned : plan_.changes) {
        if (!is_account(planned.change)) apply_to_tree(planned, database, stop);
    }
}

void ProvisionRun::apply(const std::stop_token& stop) try { apply_all(stop); } catch (...) {
    throw current_error();
}

}  // namespace jts::hot_storage::engine
