#include "engine/change_text.hpp"

#include <algorithm>

namespace jts::hot_storage::engine {
namespace {

/// So many are named; more would not be read.
constexpr std::size_t max_named = 20;

void append_list(std::string& text, const std::string& heading,
                 const std::vector<std::string>& items) {
    if (items.empty()) return;
    text += ". " + heading + ": ";
    for (std::size_t i = 0; i < std::min(items.size(), max_named); ++i)
        text += (i == 0 ? "" : ", ") + items[i];
    if (items.size() > max_named)
        text += " and " + std::to_string(items.size() - max_named) + " more";
}

std::string title(const Change& change) {
    return std::string(to_string(change.kind)) + " " + change.subject;
}

}  // namespace

bool is_account(const Change& change) {
    return change.kind == ChangeKind::create_group || change.kind == ChangeKind::create_user;
}

std::vector<Change> accounts_among(const std::vector<Change>& changes) {
    std::vector<Change> accounts;
    std::ranges::copy_if(changes, std::back_inserter(accounts), is_account);
    return accounts;
}

std::vector<Change> changes_in(const ChangeHeader& header, const std::set<DirectoryKey>& targets) {
    std::vector<Change> changes;
    for (const auto& [change, target] : header.plan)
        if (!is_account(change) && targets.contains(target)) changes.push_back(change);
    return changes;
}

Error undone_error(const Error& cause, const std::vector<Change>& applied, const UndoReport& report,
                   const Error* failure) {
    const bool is_whole = failure == nullptr && report.is_whole();
    std::string after;
    std::vector<std::string> left;
    for (const Refusal& refusal : report.not_restored_public)
        left.push_back(refusal.subject + " (" + refusal.reason + ")");
    append_list(after, "Not put back", left);
    std::vector<std::string> kept;
    for (const Change& change : accounts_among(applied)) kept.push_back(change.subject);
    append_list(after, "Accounts and groups that were made stay", kept);
    if (is_whole) {
        const bool is_cancelled = cause.code() == ErrorCode::cancelled;
        return cause.as(is_cancelled ? ErrorCode::cancelled : ErrorCode::rolled_back)
            .followed_by(". What had been changed was undone" + after +
                         ". Remove the cause and provision again");
    }
    std::vector<std::string> done;
    for (const Change& change : applied)
        if (!is_account(change)) done.push_back(title(change));
    append_list(after, "Had been done", done);
    after += ". `jts-storage plan` shows what differs from the layout now";
    const auto text = [&](const char* why, const char* why_not_undone) {
        return std::string(why) + ". Undoing what had been changed " +
               (why_not_undone != nullptr ? std::string("failed, too: ") + why_not_undone
                                          : "left some of it") +
               after;
    };
    return {ErrorCode::partial, text(cause.what(), failure ? failure->what() : nullptr),
            text(cause.public_what(), failure ? failure->public_what() : nullptr)};
}

Error interrupted_error(const std::string& change_id) {
    return Error(ErrorCode::recovery_pending,
                 "the service ends before change " + change_id +
                     " does; its next start finishes it, and `jts-storage changes` then shows how");
}

}  // namespace jts::hot_storage::engine
