/// plan = layout − observation. One pure function; Plan, Provision and Validate are views of its
/// result, so that they cannot disagree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/observation.hpp"
#include "jts/hot_storage/error.hpp"
#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

/// A change together with everything that its application, its record and its undoing need: which
/// declared thing it is about and what was there before.
struct PlannedChange {
    Change change;  ///< what callers see
    /// The declared directory (service, name); for the base or a parent of it service is empty and
    /// name is the absolute path. Unused for accounts and groups.
    DirectoryKey target;
    EntryState prior;   ///< state before; `missing` for creations
    std::string owner;  ///< desired owner name, for directories, users and what lies below
    std::string group;  ///< desired group name
    /// Desired mode bits. create_directory, set_acl: acl_lines(mode, acl) of core/acl.hpp is the
    /// whole ACL to write, which sets these bits too. set_mode, set_owner: what is to be left by
    /// chmod; where a set_acl follows never more than what is there, so that nothing is too wide
    /// between.
    std::uint32_t mode = 0;
    std::vector<AclEntry> acl;  ///< desired named ACL entries (create_directory, set_acl)
    /// create_user and create_group: the id to give, else any new one.
    std::optional<std::uint32_t> pinned_id;
    std::string home;  ///< create_user
    Below below{};     ///< set_owner_below: whether groups count

    bool operator==(const PlannedChange&) const = default;
};

/// Why nothing may be changed at all.
struct Blocker {
    ErrorCode code{};
    std::string message;

    bool operator==(const Blocker&) const = default;
};

struct Plan {
    std::vector<PlannedChange> changes;   ///< in the order of their application
    std::vector<Refusal> refused;         ///< with names from inside the tree
    std::vector<Refusal> refused_public;  ///< the same, counted by declared directory
    std::vector<Blocker> blockers;
    std::uint32_t unchanged = 0;

    bool operator==(const Plan&) const = default;
};

/// The numeric owner that a declared directory and what lies below it will have, as far as it is
/// known before accounts are made: nothing for an account that will get a new id.
struct ExpectedOwner {
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;

    bool operator==(const ExpectedOwner&) const = default;
};
ExpectedOwner expected_owner(const Layout& layout, const Observation& observation,
                             const std::vector<std::string>& services, const ServiceSpec& service,
                             const DirectorySpec& directory);

/// `services`: names that the layout has; empty = all. The base and its parents always belong.
Plan make_plan(const Layout& layout, const Observation& observation,
               const std::vector<std::string>& services);

/// What the plan's digest is taken over: the layout's digest and each change's kind, service,
/// subject, current and desired; not `entries` and `examples`, which move on a live tree.
std::string canonical_form(std::string_view layout_digest, const Plan& plan);

}  // namespace jts::hot_storage
