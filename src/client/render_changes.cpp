#include "client/render.hpp"
#include "client/table.hpp"
#include "client/time_text.hpp"

namespace jts::hot_storage::client {

namespace {

Cell outcome_cell(const AppliedChange& change) {
    if (!change.rolled_back_by.empty()) return {change.outcome + ", taken back", Tone::notable};
    if (change.outcome == "succeeded" || change.outcome == "recovered")
        return {change.outcome, Tone::good};
    return {change.outcome, change.outcome == "partial" ? Tone::bad : Tone::notable};
}

Json applied_change_json(const AppliedChange& change) {
    Json object = {{"change_id", change.change_id},
                   {"operation", change.operation},
                   {"caller_uid", change.caller_uid},
                   {"started_at", change.started_at},
                   {"ended_at", change.ended_at},
                   {"outcome", change.outcome},
                   {"digest", change.digest},
                   {"applied", change.applied},
                   {"changes", changes_json(change.changes)}};
    if (!change.rolled_back_by.empty()) object["rolled_back_by"] = change.rolled_back_by;
    return object;
}

}  // namespace

std::string changes_text(const std::vector<AppliedChange>& changes, const Style& style) {
    Table table({"CHANGE", "STARTED", "OPERATION", "UID", "APPLIED", "OUTCOME"}, style);
    for (const AppliedChange& change : changes)
        table.add({{change.change_id},
                   {time_text(change.started_at)},
                   {change.operation},
                   {std::to_string(change.caller_uid)},
                   {std::to_string(change.applied)},
                   outcome_cell(change)});
    return table.text();
}

Json applied_changes_json(const std::vector<AppliedChange>& changes) {
    Json document = json_document();
    document["changes"] = Json::array();
    for (const AppliedChange& change : changes)
        document["changes"].push_back(applied_change_json(change));
    return document;
}

std::string rollback_text(const RollbackReport& report, const Style& style) {
    Table table({"RESULT", "VALUE"}, style);
    table.add({{"restored"}, {std::to_string(report.restored)}});
    table.add({{"not_restored"},
               {std::to_string(report.not_restored.size()),
                report.not_restored.empty() ? Tone::plain : Tone::bad}});
    table.add({{"kept"}, {std::to_string(report.kept.size())}});
    table.add({{"change_id"}, {report.change_id}});
    return table.text();
}

Json rollback_json(const RollbackReport& report) {
    Json document = json_document();
    document["change_id"] = report.change_id;
    document["restored"] = report.restored;
    document["not_restored"] = refused_json(report.not_restored);
    document["kept"] = report.kept;
    return document;
}

}  // namespace jts::hot_storage::client
