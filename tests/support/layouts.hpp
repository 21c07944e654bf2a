/// Layouts made by hand, so that what follows from a layout is tested without its reader.
#pragma once

#include <initializer_list>
#include <string>

#include "core/layout.hpp"

namespace jts::hot_storage::test {

inline DirectorySpec own_directory(const std::string& account) {
    return {"", account, account, 0750, Policy::exact, Below::owner_and_group, {}};
}

/// A subdirectory as the layout's defaults make it.
inline DirectorySpec subdirectory(const std::string& name, const DirectorySpec& own) {
    return {name, own.owner, own.group, 0755, Policy::at_most, own.below, {}};
}

/// `subdirectories` must be in name order.
inline ServiceSpec service(const std::string& name, const DirectorySpec& own,
                           std::initializer_list<const char*> subdirectories) {
    ServiceSpec spec;
    spec.name = name;
    spec.directories.push_back(own);
    for (const auto* directory : subdirectories) {
        spec.directories.push_back(subdirectory(directory, own));
    }
    return spec;
}

inline ServiceSpec with_units(ServiceSpec spec, std::uint64_t planned_gigabytes,
                              std::vector<std::string> units) {
    spec.planned_bytes = planned_gigabytes * 1'000'000'000;
    spec.units = std::move(units);
    return spec;
}

/// What the package ships.
inline Layout default_layout() {
    const DirectorySpec docker{"", "root", "docker", 0755, Policy::at_most, Below::declared_only,
                               {}};
    const DirectorySpec backup{"", "root", "root", 0755, Policy::exact, Below::declared_only, {}};
    Layout layout;
    layout.base = "/data/jts/hot";
    layout.services = {
        with_units(service("backup", backup, {"daily", "snapshots", "staging"}), 350, {}),
        with_units(service("clickhouse", own_directory("clickhouse"), {"data", "logs", "tmp"}),
                   1500, {"clickhouse-server.service"}),
        with_units(service("docker", docker, {"containers", "tmp", "volumes"}), 500,
                   {"docker.service"}),
        with_units(service("kafka", own_directory("kafka"), {"data", "logs"}), 600,
                   {"kafka.service"}),
        with_units(service("mongodb", own_directory("mongodb"), {"config", "data", "logs"}), 200,
                   {"mongod.service"}),
        with_units(service("postgresql", own_directory("postgres"), {"config", "data", "logs"}),
                   800, {"postgresql@*.service"}),
        with_units(service("redis", own_directory("redis"), {"data", "logs"}), 50,
                   {"redis-server.service"}),
    };
    return layout;
}

/// One service, `db`, owned by the account of the same name, with one subdirectory, `data`.
inline Layout small_layout() {
    Layout layout;
    layout.base = "/data/jts/hot";
    layout.services = {service("db", own_directory("db"), {"data"})};
    return layout;
}

}  // namespace jts::hot_storage::test
