#include "client/render.hpp"
#include "client/table.hpp"

namespace jts::hot_storage::client {

Json refused_json(const std::vector<Refusal>& refused) {
    Json list = Json::array();
    for (const Refusal& refusal : refused)
        list.push_back({{"service", refusal.service},
                        {"subject", refusal.subject},
                        {"reason", refusal.reason}});
    return list;
}

std::string provision_text(const ProvisionReport& report, const Style& style) {
    Table table({"RESULT", "VALUE"}, style);
    table.add({{"applied"}, {std::to_string(report.applied)}});
    table.add({{"unchanged"}, {std::to_string(report.unchanged)}});
    table.add({{"refused"},
               {std::to_string(report.refused.size()),
                report.refused.empty() ? Tone::plain : Tone::bad}});
    table.add({{"change_id"}, {report.change_id}});
    table.add({{"digest"}, {report.digest}});
    return table.text();
}

Json provision_json(const ProvisionReport& report) {
    Json document = json_document();
    document["change_id"] = report.change_id;
    document["digest"] = report.digest;
    document["applied"] = report.applied;
    document["unchanged"] = report.unchanged;
    document["changes"] = changes_json(report.changes);
    document["refused"] = refused_json(report.refused);
    return document;
}

}  // namespace jts::hot_storage::client
