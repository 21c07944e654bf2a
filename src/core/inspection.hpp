/// What Validate looks at beyond what a plan needs. Pure values, filled in by sys/ and engine/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/observation.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// What systemd would let a unit do, as org.freedesktop.systemd1 shows it: the names and texts are
/// those of systemd.exec(5) and systemd.unit(5).
struct UnitFacts {
    std::string service;                          ///< whose `units` in the layout named it
    std::string name;                             ///< `redis-server.service`
    std::string protect_system;                   ///< `no`, `yes`, `full`, `strict`
    std::string protect_home;                     ///< `no`, `yes`, `read-only`, `tmpfs`
    std::vector<std::string> read_write_paths;    ///< prefixes `-` and `+` still there
    std::vector<std::string> read_only_paths;     ///< the same
    std::vector<std::string> inaccessible_paths;  ///< the same
    std::vector<std::string> requires_mounts_for;
    std::string root_directory;  ///< RootDirectory= or RootImage=; empty: the host's

    bool operator==(const UnitFacts&) const = default;
};

/// Entries of one kind, counted, with at most 20 escaped absolute paths.
struct Counted {
    std::uint64_t count = 0;
    std::vector<std::string> examples;

    bool operator==(const Counted&) const = default;
};

/// The record of a change that cannot be read as it was written.
struct DamagedRecord {
    std::string path;
    std::string damage;        ///< what is wrong with it, for a person
    bool is_finished = false;  ///< its change is over and only cannot be rolled back any more

    bool operator==(const DamagedRecord&) const = default;
};

/// What there is to know about the records of changes.
struct RecordsFacts {
    std::string pending;         ///< why no change can be made; empty where changes can
    bool is_recovering = false;  ///< what is pending is being finished
    std::vector<DamagedRecord> damaged;
    std::string error;  ///< why they could not be read at all

    bool operator==(const RecordsFacts&) const = default;
};

struct Inspection {
    std::vector<UnitFacts> units;  ///< those that systemd knows; by service and name
    std::string units_error;       ///< why systemd could not be asked; then `units` is empty
    RecordsFacts records;
    bool hardlinks_protected = false;  ///< sysctl fs.protected_hardlinks is 1
    Counted unmanaged;  ///< entries right in the base that are no service's directory
    std::map<DirectoryKey, Counted> links_out;  ///< symlinks that leave their service's directory
    std::vector<DirectoryKey> lost_found;       ///< declared directories that hold a `lost+found`
    std::map<DirectoryKey, std::string> unreadable;  ///< what below could not be read, and why
    UsageReport usage;                               ///< as make_usage left it

    bool operator==(const Inspection&) const = default;
};

/// What the write probe found in one directory.
struct ProbeResult {
    DirectoryKey directory;
    std::string error;   ///< the errno's name, such as `EROFS`; empty where it could write
    std::string reason;  ///< errno text, or what became of the probe
    std::uint64_t latency_usec = 0;

    bool operator==(const ProbeResult&) const = default;
};

}  // namespace jts::hot_storage
