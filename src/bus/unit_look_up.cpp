#include "bus/unit_look_up.hpp"

#include <algorithm>
#include <map>

#include "bus/await_reply.hpp"
#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::bus {
namespace {

using Properties = std::map<std::string, sdbus::Variant>;
using Strings = std::vector<std::string>;
/// Name, description, load, active and sub state, followed unit, object, job's id, type and object.
using ListedUnit =
    sdbus::Struct<std::string, std::string, std::string, std::string, std::string, std::string,
                  sdbus::ObjectPath, std::uint32_t, std::string, sdbus::ObjectPath>;

constexpr const char* manager_methods = "org.freedesktop.systemd1.Manager";

/// Nothing of it where it has another type: a systemd of the future must not end a Validate.
template <typename Value>
Value value_of(const Properties& properties, const char* name) {
    const auto found = properties.find(name);
    if (found == properties.end() || !found->second.containsValueOfType<Value>()) return {};
    return found->second.get<Value>();
}

Properties all_properties(EventLoop& loop, sdbus::IProxy& unit, const std::string& interface) {
    return await_reply<Properties>(loop, unit, "org.freedesktop.DBus.Properties", "GetAll",
                                   interface);
}

void fill_sandbox(UnitFacts& facts, const Properties& service) {
    facts.protect_system = value_of<std::string>(service, "ProtectSystem");
    facts.protect_home = value_of<std::string>(service, "ProtectHome");
    facts.read_write_paths = value_of<Strings>(service, "ReadWritePaths");
    facts.read_only_paths = value_of<Strings>(service, "ReadOnlyPaths");
    facts.inaccessible_paths = value_of<Strings>(service, "InaccessiblePaths");
    facts.root_directory = value_of<std::string>(service, "RootDirectory");
    if (facts.root_directory.empty())
        facts.root_directory = value_of<std::string>(service, "RootImage");
}

/// Appends the unit if it is loaded. Only services have a sandbox that is of interest here.
void append_facts(std::vector<UnitFacts>& units, EventLoop& loop, const sdbus::ObjectPath& path) {
    const auto unit = sdbus::createProxy(loop.connection(),
                                         compat::ServiceName("org.freedesktop.systemd1"), path);
    compat::finish_registration(*unit);
    const auto properties = all_properties(loop, *unit, "org.freedesktop.systemd1.Unit");
    if (value_of<std::string>(properties, "LoadState") != "loaded") return;
    UnitFacts facts;
    facts.name = value_of<std::string>(properties, "Id");
    facts.requires_mounts_for = value_of<Strings>(properties, "RequiresMountsFor");
    if (facts.name.ends_with(".service"))
        fill_sandbox(facts, all_properties(loop, *unit, "org.freedesktop.systemd1.Service"));
    units.push_back(std::move(facts));
}

bool is_glob(const std::string& pattern) {
    return pattern.find_first_of("*?[") != std::string::npos;
}

std::vector<sdbus::ObjectPath> listed(EventLoop& loop, sdbus::IProxy& manager,
                                      const std::string& pattern) {
    std::vector<sdbus::ObjectPath> paths;
    for (const auto& unit : await_reply<std::vector<ListedUnit>>(
             loop, manager, manager_methods, "ListUnitsByPatterns", Strings{}, Strings{pattern}))
        paths.push_back(std::get<6>(unit));
    return paths;
}

/// None where there can be no such unit: systemd refuses the name of a template, for one.
std::vector<sdbus::ObjectPath> named(EventLoop& loop, sdbus::IProxy& manager,
                                     const std::string& name) {
    try {
        return {await_reply<sdbus::ObjectPath>(loop, manager, manager_methods, "LoadUnit", name)};
    } catch (const sdbus::Error& error) {
        const std::string reason = error.getName();
        if (reason == "org.freedesktop.systemd1.NoSuchUnit" ||
            reason == "org.freedesktop.DBus.Error.InvalidArgs")
            return {};
        throw;
    }
}

}  // namespace

std::vector<UnitFacts> look_up_units(EventLoop& loop, sdbus::IProxy& manager,
                                     const std::string& pattern) {
    try {
        std::vector<UnitFacts> units;
        for (const auto& path :
             is_glob(pattern) ? listed(loop, manager, pattern) : named(loop, manager, pattern))
            append_facts(units, loop, path);
        std::ranges::sort(units, {}, &UnitFacts::name);
        return units;
    } catch (const sdbus::Error& error) {
        throw Error(ErrorCode::failed, "systemd cannot tell of the units " + escape(pattern) +
                                           ": " + escape(error.getMessage()) +
                                           "; see `systemctl list-units '" + escape(pattern) +
                                           "'`");
    }
}

}  // namespace jts::hot_storage::bus
