#include "core/alert_state.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage {

namespace {

using nlohmann::json;

constexpr int state_format = 1;

[[noreturn]] void reject(const std::string& why) {
    throw Error(ErrorCode::failed, "the state of the alerts is damaged: " + why +
                                       "; without it the next sample raises again what it finds");
}

json parse(std::string_view text) {
    try {
        return json::parse(text);
    } catch (const json::exception&) {
        reject("it is not JSON");
    }
}

/// With as many members looked at by name, no others are there.
void expect_object(const json& value, std::size_t members, const std::string& what) {
    if (!value.is_object() || value.size() != members)
        reject(what + " is no object of " + std::to_string(members) + " members");
}

const json& member(const json& object, const char* key, json::value_t type) {
    const auto found = object.find(key);
    if (found == object.end() || found->type() != type)
        reject(std::string(key) + " is missing or of the wrong type");
    return *found;
}

std::string text_member(const json& object, const char* key) {
    auto text = member(object, key, json::value_t::string).get<std::string>();
    if (escape(text) != text) reject(std::string(key) + " is no text that may be shown");
    return text;
}

Level severity_from(const std::string& text) {
    for (const auto level : {Level::warning, Level::critical}) {
        if (to_string(level) == text) return level;
    }
    reject("severity is neither warning nor critical");
}

/// A kind, a dot and a name: kinds that this version does not know are a later one's.
bool is_subject(const std::string& text) {
    const auto dot = text.find('.');
    return dot != std::string::npos && dot > 0 && dot + 1 < text.size();
}

json to_json(const Alert& alert) {
    return {{"subject", alert.subject},     {"severity", to_string(alert.severity)},
            {"since", alert.since},         {"value", alert.value},
            {"threshold", alert.threshold}, {"message", alert.message}};
}

Alert from_json(const json& value) {
    expect_object(value, 6, "an alert");
    Alert alert;
    alert.subject = text_member(value, "subject");
    if (!is_subject(alert.subject)) reject("subject is no kind, dot and name");
    alert.severity = severity_from(text_member(value, "severity"));
    alert.since = member(value, "since", json::value_t::number_unsigned).get<std::uint64_t>();
    alert.value = member(value, "value", json::value_t::number_float).get<double>();
    alert.threshold = member(value, "threshold", json::value_t::number_float).get<double>();
    alert.message = text_member(value, "message");
    return alert;
}

}  // namespace

std::string write_alerts(const std::vector<Alert>& alerts) {
    auto list = json::array();
    for (const auto& alert : alerts) list.push_back(to_json(alert));
    return json{{"format", state_format}, {"alerts", std::move(list)}}.dump() + "\n";
}

std::vector<Alert> read_alerts(std::string_view text) {
    const auto state = parse(text);
    expect_object(state, 2, "it");
    if (member(state, "format", json::value_t::number_unsigned) != state_format)
        reject("its format is not " + std::to_string(state_format));
    std::vector<Alert> alerts;
    std::set<std::string> subjects;
    for (const auto& value : member(state, "alerts", json::value_t::array)) {
        alerts.push_back(from_json(value));
        if (!subjects.insert(alerts.back().subject).second) reject("a subject stands twice");
    }
    return alerts;
}

}  // namespace jts::hot_storage
