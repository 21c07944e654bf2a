#include "client/thresholds.hpp"

namespace jts::hot_storage::client {

PercentThresholds thresholds_in(const Json& document, const char* key) try {
    const auto percent_in = [key](const Json& values, const char* thresholds) {
        return values.at(thresholds).at(key).get<unsigned>();
    };
    const Json& layout = document.at("layout");
    PercentThresholds found;
    for (const auto& [name, service] : layout.at("services").items())
        found.services.emplace(name, percent_in(service, "thresholds"));
    found.filesystems = percent_in(layout, "filesystem_thresholds");
    return found;
} catch (const Json::exception&) {
    return {};
}

}  // namespace jts::hot_storage::client
