/// The vocabulary that callers see: what a plan holds and what Provision reports.
/// Plain aggregates that compare; the D-Bus dictionaries and the client's JSON use these names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage {

/// The kinds of change, in the order in which they are applied.
enum class ChangeKind {
    create_group,
    create_user,
    create_directory,
    set_owner,
    set_mode,
    set_acl,
    set_owner_below,
};

/// The kind's stable name on the bus and in JSON, such as `create-group`.
std::string_view to_string(ChangeKind kind) noexcept;

/// One difference between the layout and what is there. `current` and `desired` are text whose
/// form depends on the kind: docs/contract.md, "Dictionaries".
struct Change {
    ChangeKind kind{};
    std::string service;  ///< empty for the base and its parents
    std::string subject;  ///< account name, or escaped absolute path
    std::string current;
    std::string desired;
    std::uint64_t entries = 0;          ///< set_owner_below only: how many entries are foreign
    std::vector<std::string> examples;  ///< set_owner_below only: at most 20 escaped paths

    bool operator==(const Change&) const = default;
};

/// Something that must not be touched. The first word of `reason` is stable (`hard-link`,
/// `device`, `symlink`, `not-directory`, `other-mount`, `immutable`, …), then `: ` and text.
struct Refusal {
    std::string service;
    std::string subject;
    std::string reason;

    bool operator==(const Refusal&) const = default;
};

struct PlanReport {
    std::string digest;  ///< lower-case hexadecimal SHA-256
    std::vector<Change> changes;

    bool operator==(const PlanReport&) const = default;
};

struct ProvisionReport {
    std::string change_id;  ///< empty where nothing was done
    std::string digest;
    std::uint32_t applied = 0;    ///< elements of `changes`; a recursive one counts once
    std::uint32_t unchanged = 0;  ///< declared accounts, groups and directories that needed nothing
    std::vector<Change> changes;
    std::vector<Refusal> refused;

    bool operator==(const ProvisionReport&) const = default;
};

}  // namespace jts::hot_storage
