#include "core/layout_build.hpp"
#include "core/layout_values.hpp"
#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

using nlohmann::ordered_json;

ordered_json directory_document(const DirectorySpec& dir) {
    auto acl = ordered_json::array();
    for (const auto& entry : dir.acl) acl.push_back(to_string(entry));
    return {{"owner", dir.owner},
            {"group", dir.group},
            {"mode", octal(dir.mode)},
            {"policy", to_string(dir.policy)},
            {"below", to_string(dir.below)},
            {"acl", std::move(acl)}};
}

ordered_json bytes_document(std::optional<std::uint64_t> bytes) {
    return bytes ? ordered_json(*bytes) : ordered_json(nullptr);
}

ordered_json filesystem_thresholds_document(const Thresholds& limits) {
    return {{"warning_percent", limits.warning_percent},
            {"critical_percent", limits.critical_percent},
            {"hysteresis_points", limits.hysteresis_points},
            {"warning_days_left", limits.warning_days_left},
            {"critical_days_left", limits.critical_days_left}};
}

ordered_json thresholds_document(const Thresholds& limits) {
    auto out = filesystem_thresholds_document(limits);
    out["warning_bytes"] = bytes_document(limits.warning_bytes);
    out["critical_bytes"] = bytes_document(limits.critical_bytes);
    return out;
}

ordered_json service_document(const ServiceSpec& service) {
    auto out = directory_document(service.own());
    out["planned_bytes"] = service.planned_bytes;
    out["units"] = service.units;
    auto& directories = out["directories"] = ordered_json::object();
    for (auto dir = service.directories.begin() + 1; dir != service.directories.end(); ++dir)
        directories[dir->name] = directory_document(*dir);
    out["thresholds"] = thresholds_document(service.thresholds);
    return out;
}

}  // namespace

ordered_json to_document(const Layout& layout) {
    ordered_json out = {{"format", 1},
                        {"base", layout.base},
                        {"expected_mount", nullptr},
                        {"reserve_percent", layout.reserve_percent},
                        {"services", ordered_json::object()}};
    if (layout.expected_mount) out["expected_mount"] = *layout.expected_mount;
    for (const auto& service : layout.services)
        out["services"][service.name] = service_document(service);
    out["filesystem_thresholds"] = filesystem_thresholds_document(layout.filesystem_thresholds);
    return out;
}

ordered_json to_canonical_document(const Layout& layout) {
    auto out = to_document(layout);
    for (const auto& service : layout.services) {
        if (service.thresholds == default_service_thresholds)
            out["services"][service.name].erase("thresholds");
    }
    if (layout.filesystem_thresholds == default_filesystem_thresholds)
        out.erase("filesystem_thresholds");
    return out;
}

}  // namespace jts::hot_storage
