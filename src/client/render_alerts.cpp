#include <iterator>
#include <variant>

#include "client/render.hpp"
#include "client/time_text.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::client {

namespace {

Json alert_json(const Alert& alert) {
    return {{"subject", alert.subject},     {"severity", to_string(alert.severity)},
            {"since", alert.since},         {"value", alert.value},
            {"threshold", alert.threshold}, {"message", alert.message}};
}

const char* name_of(const Event& event) {
    constexpr const char* Names[] = {"alert-raised", "alert-cleared", "change-applied",
                                     "usage-sampled"};
    static_assert(std::variant_size_v<Event> == std::size(Names));
    return Names[event.index()];
}

std::string words_of(const AlertRaised& event, SizeForm) {
    return std::string(to_string(event.alert.severity)) + " " + event.alert.subject + ": " +
           event.alert.message;
}

std::string words_of(const AlertCleared& event, SizeForm) {
    return std::string(to_string(event.alert.severity)) + " " + event.alert.subject;
}

std::string words_of(const ChangeApplied& event, SizeForm) {
    return event.change_id + " " + event.operation + " " + event.outcome + ", " +
           std::to_string(event.applied) + " applied, " + std::to_string(event.refused) +
           " refused, by uid " + std::to_string(event.caller_uid);
}

std::string words_of(const UsageSampled& event, SizeForm form) {
    std::uint64_t used = 0;
    for (const auto& [name, usage] : event.services) used += usage.used_bytes;
    return std::to_string(event.services.size()) +
           (event.services.size() == 1 ? " service" : " services") + ", " + size_text(used, form);
}

void add_words(Json& document, const AlertRaised& event) {
    document["alert"] = alert_json(event.alert);
}

void add_words(Json& document, const AlertCleared& event) {
    document["alert"] = alert_json(event.alert);
}

void add_words(Json& document, const ChangeApplied& event) {
    document["change_id"] = event.change_id;
    document["operation"] = event.operation;
    document["outcome"] = event.outcome;
    document["applied"] = event.applied;
    document["refused"] = event.refused;
    document["caller_uid"] = event.caller_uid;
}

void add_words(Json& document, const UsageSampled& event) {
    document["services"] = Json::object();
    for (const auto& [name, usage] : event.services)
        document["services"][name] = service_usage_json(usage);
}

}  // namespace

Tone tone_of(Level level) {
    if (level == Level::ok) return Tone::good;
    return level == Level::critical ? Tone::bad : Tone::notable;
}

std::string alerts_text(const std::vector<Alert>& alerts, const Style& style) {
    Table table({"SEVERITY", "SINCE", "SUBJECT", "MESSAGE"}, style);
    for (const Alert& alert : alerts)
        table.add({{std::string(to_string(alert.severity)), tone_of(alert.severity)},
                   {time_text(alert.since)},
                   {alert.subject},
                   {alert.message}});
    return table.text();
}

Json list_of_alerts(const std::vector<Alert>& alerts) {
    Json list = Json::array();
    for (const Alert& alert : alerts) list.push_back(alert_json(alert));
    return list;
}

Json alerts_json(const std::vector<Alert>& alerts) {
    Json document = json_document();
    document["alerts"] = list_of_alerts(alerts);
    return document;
}

std::string event_text(const Event& event, std::uint64_t time, SizeForm form) {
    const auto words = std::visit([&](const auto& one) { return words_of(one, form); }, event);
    return time_text(time) + " " + name_of(event) + " " + escape(words) + '\n';
}

Json event_json(const Event& event, std::uint64_t time) {
    Json document = json_document();
    document["event"] = name_of(event);
    document["time"] = time;
    std::visit([&](const auto& one) { add_words(document, one); }, event);
    return document;
}

}  // namespace jts::hot_storage::client
