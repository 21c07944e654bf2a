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

/// The group's three of nine mode bits.
std::uint32_t group_bits(std::uint32_t mode);

/// The ACL's named lines beside these base bits, with the mask that goes with them.
Acl rebased(Acl acl, std::uint32_t base);

/// Whether the named lines are the same. What a directory has is never
/// like a line whose account is yet to be made.
bool same_named(const Acl& a, const Acl& b);

/// Long text form (acl(5)), joined by commas; `none` where the mode says everything.
std::string text_of(const Access& access);

}  // namespace jts::hot_storage::planning
