/// Mode and ACL of a directory as one thing: where there is an ACL, the mode's group bits are its
/// mask, so that neither can be judged without the other (acl(5)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/plan_ids.hpp"

namespace jts::hot_storage::planning {

/// A named line of an ACL.
struct NamedLine {
    AclEntry::Tag tag{};
    std::optional<std::uint32_t> id;  ///< nothing where the account is yet to be made
    std::string name;                 ///< a number where the id has no name
    std::uint32_t permissions = 0;
};

/// An access ACL or a default ACL.
struct Acl {
    std::uint32_t base = 0;  ///< nine bits: owner, owning group (unmasked), others
    std::vector<NamedLine> named;
    std::optional<std::uint32_t> mask;

    /// What stat(2) shows of it: the mask stands in for the group.
    std::uint32_t shown() const;
};

/// Who may do what with a directory.
struct Access {
    Acl own;
    std::optional<Acl> inherited;  ///< the default ACL
};

/// What an existing directory grants. Special mode bits are no part of it.
Access present_access(const EntryState& entry, const AccountDatabase& accounts);

/// What the layout grants.
Access wanted_access(const DirectorySpec& spec, const Numbering& numbering);

/// What is to be done about a directory's mode and ACL. Where an ACL is to be set, that brings the
/// mode's bits with it, and all that may be done before is to take bits away: between the two steps
/// nobody has what the other step forbids.
struct AccessPlan {
    bool mode_is_right = false;
    bool acl_is_right = false;
    std::uint32_t mode = 0;             ///< for set-mode
    std::uint32_t mode_with_owner = 0;  ///< to leave when the owner changes
    Access result;                      ///< for set-acl
};

AccessPlan plan_access(const EntryState& entry, const DirectorySpec& spec,
                       const Numbering& numbering);

/// Long text form (acl(5)), joined by commas; `none` where the mode says everything.
std::string text_of(const Access& access);

}  // namespace jts::hot_storage::planning
