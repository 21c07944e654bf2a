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

ordered_json service_document(const ServiceSpec& service) {
    auto out = directory_document(service.own());
    out["planned_bytes"] = service.planned_bytes;
    out["units"] = service.units;
    auto& directories = out["directories"] = ordered_json::object();
    for (auto dir = service.directories.begin() + 1; dir != service.directories.end(); ++dir)
        directories[dir->name] = directory_document(*dir);
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
    return out;
}

}  // namespace jts::hot_storage
