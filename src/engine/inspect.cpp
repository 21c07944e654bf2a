#include "engine/inspect.hpp"

#include <algorithm>
#include <utility>

#include "sys/ownership.hpp"

namespace jts::hot_storage::engine {
namespace {

bool is_asked(const Looked& looked, const std::string& service) {
    return looked.services.empty() ||
           std::ranges::find(looked.services, service) != looked.services.end();
}

void look_up_units(const Looked& looked, Units& units, Inspection& inspection) try {
    for (const ServiceSpec& service : looked.layout().services) {
        if (!is_asked(looked, service.name)) continue;
        for (const auto& pattern : service.units) {
            for (auto& unit : units.look_up(pattern)) {
                unit.service = service.name;
                inspection.units.push_back(std::move(unit));
            }
        }
    }
} catch (const Error& error) {
    inspection.units.clear();
    inspection.units_error = error.what();
}

template <typename Value>
std::map<DirectoryKey, Value> of_asked(const Looked& looked,
                                       const std::map<DirectoryKey, Value>& all) {
    auto asked = all;
    std::erase_if(asked, [&](const auto& item) { return !is_asked(looked, item.first.first); });
    return asked;
}

}  // namespace

Inspection inspect(const Looked& looked, const DatedSurvey* survey, Units& units,
                   RecordsFacts records) {
    Inspection inspection;
    inspection.records = std::move(records);
    look_up_units(looked, units, inspection);
    inspection.hardlinks_protected = sys::links_are_protected({});
    if (survey == nullptr) return inspection;
    inspection.unmanaged = sys::look_for_unmanaged(looked.layout());
    inspection.links_out = of_asked(looked, survey->survey.links_out);
    for (const auto& [key, error] : of_asked(looked, survey->survey.unreadable))
        inspection.unreadable.emplace(key, error.what());
    for (const auto& key : survey->survey.lost_found)
        if (is_asked(looked, key.first)) inspection.lost_found.push_back(key);
    inspection.usage = usage_report(looked.layout(), looked.services, *survey);
    return inspection;
}

}  // namespace jts::hot_storage::engine
