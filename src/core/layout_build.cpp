#include "core/layout_build.hpp"

#include <map>

#include "core/layout_node.hpp"
#include "core/layout_values.hpp"

namespace jts::hot_storage {

namespace {

using nlohmann::json;

constexpr std::string_view default_base = "/data/jts/hot";
constexpr std::uint32_t default_reserve_percent = 5;
constexpr std::uint32_t service_mode = 0750;
constexpr std::uint32_t subdirectory_mode = 0755;

/// Reads a directory's keys over `defaults`, which holds everything but the ACL.
DirectorySpec build_directory(const LayoutNode& node, DirectorySpec defaults) {
    defaults.owner = read_or(node, "owner", read_account, defaults.owner);
    defaults.group = read_or(node, "group", read_account, defaults.group);
    defaults.mode = read_or(node, "mode", read_mode, defaults.mode);
    defaults.policy = read_or(node, "policy", read_policy, defaults.policy);
    defaults.below = read_or(node, "below", read_below, defaults.below);
    defaults.acl = read_or(node, "acl", read_acl, {});
    return defaults;
}

DirectorySpec build_own_directory(const LayoutNode& service) {
    const auto owner = service.find("owner");
    if (!owner)
        throw LayoutFault{child_pointer(service.pointer, "owner"),
                          "is missing; every service must name its owner"};
    DirectorySpec defaults;
    defaults.group = read_account(*owner);
    defaults.mode = service_mode;
    defaults.policy = Policy::exact;
    defaults.below = Below::owner_and_group;
    return build_directory(service, defaults);
}

std::vector<DirectorySpec> build_directories(const LayoutNode& service) {
    std::vector<DirectorySpec> directories{build_own_directory(service)};
    auto defaults = directories.front();
    defaults.mode = subdirectory_mode;
    defaults.policy = Policy::at_most;
    if (const auto declared = service.find("directories")) {
        for_each_member(*declared, [&](const std::string& name, const LayoutNode& node) {
            defaults.name = name;
            directories.push_back(build_directory(node, defaults));
        });
    }
    return directories;
}

ServiceSpec build_service(const std::string& name, const LayoutNode& node) {
    ServiceSpec service;
    service.name = name;
    service.planned_bytes = read_or(node, "planned_bytes", read_bytes, std::uint64_t{0});
    service.units = read_or(node, "units", read_units, {});
    service.directories = build_directories(node);
    service.thresholds = build_thresholds(node, "thresholds", default_service_thresholds);
    return service;
}

[[noreturn]] void reject_group(const ServiceSpec& service, const std::string& reason) {
    throw LayoutFault{"/services/" + service.name + "/group", reason};
}

/// Group root reads what root's group reads all over the host.
void check_group_root(const ServiceSpec& service) {
    const auto& own = service.own();
    if (own.group == "root" && own.owner != "root")
        reject_group(service, "is root, which no account but root may have as its group");
}

/// An account has one primary group, so that services which share it must agree.
void check_shared_owners(const Layout& layout) {
    std::map<std::string, const ServiceSpec*> first;
    for (const auto& service : layout.services) {
        const auto& own = service.own();
        if (own.owner == "root") continue;
        const auto& other = *first.try_emplace(own.owner, &service).first->second;
        if (other.own().group != own.group)
            reject_group(service, "is " + own.group + ", but service " + other.name +
                                      " has the same owner, " + own.owner + ", with group " +
                                      other.own().group);
    }
}

void check_expected_mount(const Layout& layout) {
    if (!layout.expected_mount) return;
    const auto& mount = *layout.expected_mount;
    const bool may_hold_base =
        mount == "/" || layout.base == mount || layout.base.starts_with(mount + "/");
    if (!may_hold_base)
        throw LayoutFault{"/expected_mount", mount + " can never hold the base, " + layout.base};
}

}  // namespace

Layout build_layout(const json& document) {
    const LayoutNode root{document, ""};
    Layout layout;
    layout.base = read_or(root, "base", read_base, std::string(default_base));
    if (const auto mount = root.find("expected_mount"))
        layout.expected_mount = read_mount_point(*mount);
    layout.reserve_percent =
        read_or(root, "reserve_percent", read_between<0, 50>, default_reserve_percent);
    layout.filesystem_thresholds =
        build_thresholds(root, "filesystem_thresholds", default_filesystem_thresholds);
    if (const auto services = root.find("services")) {
        for_each_member(*services, [&](const std::string& name, const LayoutNode& node) {
            layout.services.push_back(build_service(name, node));
            check_group_root(layout.services.back());
        });
    }
    check_shared_owners(layout);
    check_expected_mount(layout);
    return layout;
}

}  // namespace jts::hot_storage
