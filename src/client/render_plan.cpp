#include "client/render.hpp"
#include "client/table.hpp"

namespace jts::hot_storage::client {

namespace {

bool creates(ChangeKind kind) {
    return kind == ChangeKind::create_group || kind == ChangeKind::create_user ||
           kind == ChangeKind::create_directory;
}

/// `foreign (1234 entries)`: how much a recursive change is about to touch.
std::string current_of(const Change& change) {
    if (change.kind != ChangeKind::set_owner_below) return change.current;
    return change.current + " (" + std::to_string(change.entries) +
           (change.entries == 1 ? " entry)" : " entries)");
}

Json change_json(const Change& change) {
    Json object = {{"kind", to_string(change.kind)},
                   {"service", change.service},
                   {"subject", change.subject},
                   {"current", change.current},
                   {"desired", change.desired}};
    if (change.kind == ChangeKind::set_owner_below) object["entries"] = change.entries;
    if (!change.examples.empty()) object["examples"] = change.examples;
    return object;
}

}  // namespace

std::string plan_text(const std::vector<Change>& changes, const Style& style) {
    Table table({"CHANGE", "SERVICE", "SUBJECT", "CURRENT", "DESIRED"}, style);
    for (const Change& change : changes)
        table.add({{std::string(to_string(change.kind)),
                    creates(change.kind) ? Tone::added : Tone::altered},
                   {change.service},
                   {change.subject},
                   {current_of(change)},
                   {change.desired}});
    return table.text();
}

Json changes_json(const std::vector<Change>& changes) {
    Json list = Json::array();
    for (const Change& change : changes) list.push_back(change_json(change));
    return list;
}

Json plan_json(const PlanReport& plan) {
    Json document = json_document();
    document["digest"] = plan.digest;
    document["changes"] = changes_json(plan.changes);
    return document;
}

std::string count_of_changes(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " change" : " changes");
}

}  // namespace jts::hot_storage::client
