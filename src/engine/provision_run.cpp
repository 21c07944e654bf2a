#include "engine/provision_run.hpp"

#include <algorithm>

#include "sys/changer.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::engine {
namespace {

bool is_account(const PlannedChange& planned) {
    return planned.change.kind == ChangeKind::create_group ||
           planned.change.kind == ChangeKind::create_user;
}

std::string title(const Change& change) {
    return std::string(to_string(change.kind)) + " " + change.subject + " (" + change.current +
           " -> " + change.desired + ")";
}

void append_list(std::string& text, const std::string& heading,
                 const std::vector<std::string>& titles) {
    text += heading;
    if (titles.empty()) text += " nothing";
    for (std::size_t i = 0; i < titles.size(); ++i) text += (i == 0 ? " " : ", ") + titles[i];
}

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

/// Whoever throws these has changed nothing (sys/changer.hpp).
bool leaves_all_as_it_was(const Error& error) {
    return error.code() == ErrorCode::plan_stale || error.code() == ErrorCode::unsafe_path;
}

}  // namespace

void ProvisionRun::apply_accounts(const std::stop_token& stop) {
    bool any = false;
    for (const auto& planned : plan_.changes) any = any || is_account(planned);
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
        if (!is_account(planned)) continue;
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
        if (is_account(planned) && planned.change.current == "absent" && is_made) {
            applied_.push_back(planned.change);
        }
    }
} catch (const Error& unreadable) {
    throw Error(cause.code(),
                std::string(cause.what()) +
                    "; and which accounts were made before cannot be told: " + unreadable.what());
}

void ProvisionRun::apply_to_tree(const PlannedChange& planned, const AccountDatabase& database,
                                 std::stop_token stop) {
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped before its end");
    began_one_ = true;
    sys::ChangeOutcome outcome;
    try {
        outcome = sys::apply_change(layout_, planned, database, sys::polite_threads, &meter_, stop);
    } catch (const Error& error) {
        began_one_ = !leaves_all_as_it_was(error);
        throw;
    }
    began_one_ = false;
    auto done = planned.change;
    if (done.kind == ChangeKind::set_owner_below) {
        done.entries = outcome.entries;
        observation_.directories[planned.target].below.refused = std::move(outcome.refused);
    }
    applied_.push_back(std::move(done));
}

void ProvisionRun::apply_all(std::stop_token stop) {
    apply_accounts(stop);
    const auto database = accounts_.read();
    for (const auto& planned : plan_.changes) {
        if (!is_account(planned)) apply_to_tree(planned, database, stop);
    }
}

void ProvisionRun::apply(std::stop_token stop) {
    const auto stop_by = [this](const Error& cause) {
        if (applied_.empty() && !began_one_) throw cause;
        throw stopped_by(cause);
    };
    try {
        apply_all(stop);
    } catch (const Error& cause) {
        stop_by(cause);
    } catch (const std::exception& cause) {
        stop_by(Error(ErrorCode::failed, std::string("internal error: ") + cause.what()));
    }
}

bool ProvisionRun::is_applied(const Change& change) const {
    return std::any_of(applied_.begin(), applied_.end(), [&](const Change& done) {
        return done.kind == change.kind && done.subject == change.subject;
    });
}

Error ProvisionRun::stopped_by(const Error& cause) const {
    std::vector<std::string> done;
    std::vector<std::string> not_done;
    for (const auto& change : applied_) done.push_back(title(change));
    for (const auto& planned : plan_.changes) {
        if (!is_applied(planned.change)) not_done.push_back(title(planned.change));
    }
    std::string text = std::string(cause.what()) + ". ";
    append_list(text, "Done and left in place:", done);
    append_list(text, ". Not done, or not to its end:", not_done);
    return Error(ErrorCode::partial,
                 text + ". Remove the cause and provision again: it continues from here.");
}

}  // namespace jts::hot_storage::engine
