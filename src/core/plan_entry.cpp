#include "core/plan_entry.hpp"

#include "core/plan_access.hpp"
#include "core/text.hpp"

namespace jts::hot_storage::planning {

namespace {

std::string owner_of(const DirectorySpec& spec) {
    return spec.owner + ":" + spec.group;
}

PlannedChange create_directory(const Declared& declared, const EntryState& prior) {
    auto planned = change_of(ChangeKind::create_directory, declared, prior);
    planned.mode = declared.spec.mode;
    planned.acl = declared.spec.acl;
    planned.change.current = "absent";
    planned.change.desired = owner_of(declared.spec) + " " + octal(declared.spec.mode);
    return planned;
}

/// Under `at-most` the group is free where it makes no difference: where the mode gives others what
/// it gives the group (dockerd with userns-remap gives its directories to a group of its own).
bool any_group_will_do(const DirectorySpec& spec) {
    const auto group = (spec.mode >> 3) & 07;
    return spec.policy == Policy::at_most && (group & ~spec.mode) == 0;
}

/// An id not known yet is nobody's so far.
bool owner_is_right(const DirectorySpec& spec, const EntryState& entry,
                    const Numbering& numbering) {
    return numbering.user(spec.owner) == entry.uid &&
           (numbering.group(spec.group) == entry.gid || any_group_will_do(spec));
}

PlannedChange set_owner(const Declared& declared, const EntryState& entry,
                        const Numbering& numbering, std::uint32_t mode) {
    auto planned = change_of(ChangeKind::set_owner, declared, entry);
    planned.mode = mode;
    planned.change.current = escape(owner_text(numbering.accounts(), entry.uid, entry.gid));
    planned.change.desired = owner_of(declared.spec);
    return planned;
}

PlannedChange set_mode(const Declared& declared, const EntryState& entry, std::uint32_t mode) {
    auto planned = change_of(ChangeKind::set_mode, declared, entry);
    planned.mode = mode;
    planned.change.current = octal(entry.mode);
    planned.change.desired = octal(mode);
    return planned;
}

PlannedChange set_acl(const Declared& declared, const EntryState& entry, const Numbering& numbering,
                      const Access& result) {
    auto planned = change_of(ChangeKind::set_acl, declared, entry);
    planned.mode = result.own.base;
    planned.acl = declared.spec.acl;
    planned.change.current = text_of(present_access(entry, numbering.accounts()));
    planned.change.desired = text_of(result);
    return planned;
}

/// In the order of application: owner, mode, ACL.
std::vector<PlannedChange> changes_of(const Declared& declared, const EntryState& entry,
                                      const Numbering& numbering) {
    const auto access = plan_access(entry, declared.spec, numbering);
    std::vector<PlannedChange> changes;
    if (!owner_is_right(declared.spec, entry, numbering)) {
        changes.push_back(set_owner(declared, entry, numbering, access.mode_with_owner));
    }
    if (!access.mode_is_right) changes.push_back(set_mode(declared, entry, access.mode));
    if (!access.acl_is_right) {
        changes.push_back(set_acl(declared, entry, numbering, access.result));
    }
    return changes;
}

Standing refuse(const Declared& declared, std::string reason, Standing standing, Plan& plan) {
    const Refusal refusal{declared.key.first, escape(declared.path), std::move(reason)};
    plan.refused.push_back(refusal);
    plan.refused_public.push_back(refusal);
    return standing;
}

Standing plan_missing(const Declared& declared, const EntryState& entry, Plan& plan) {
    if (declared.below_immutable) {
        return refuse(
            declared,
            "immutable: cannot be created, because the directory above it is immutable or "
            "append-only; see lsattr(1), chattr(1)",
            Standing::closed, plan);
    }
    plan.changes.push_back(create_directory(declared, entry));
    return Standing::changing;
}

Standing plan_directory(const Declared& declared, const EntryState& entry,
                        const Numbering& numbering, Plan& plan) {
    const auto changes = changes_of(declared, entry, numbering);
    if (changes.empty()) return Standing::right;
    if (entry.immutable) {
        return refuse(declared,
                      "immutable: the directory is not as the layout says, but immutable or "
                      "append-only; see lsattr(1), chattr(1)",
                      Standing::refused, plan);
    }
    plan.changes.insert(plan.changes.end(), changes.begin(), changes.end());
    return Standing::changing;
}

}  // namespace

PlannedChange change_of(ChangeKind kind, const Declared& declared, const EntryState& prior) {
    PlannedChange planned;
    planned.change.kind = kind;
    planned.change.service = declared.key.first;
    planned.change.subject = escape(declared.path);
    planned.target = declared.key;
    planned.prior = prior;
    planned.owner = declared.spec.owner;
    planned.group = declared.spec.group;
    return planned;
}

Standing plan_entry(const Declared& declared, const EntryState& entry, const Numbering& numbering,
                    Plan& plan) {
    switch (entry.type) {
        case EntryState::Type::missing:
            return plan_missing(declared, entry, plan);
        case EntryState::Type::directory:
            return plan_directory(declared, entry, numbering, plan);
        case EntryState::Type::symlink:
            return refuse(declared,
                          "symlink: a declared directory must not be a symbolic link; nothing "
                          "below it was looked at. Mount or move the data here instead",
                          Standing::closed, plan);
        case EntryState::Type::other:
            return refuse(declared,
                          "not-directory: something else has the name of a declared directory; "
                          "move it away",
                          Standing::closed, plan);
        case EntryState::Type::sealed:
            return refuse(declared,
                          "other-mount: a mount that root may not look into, such as a user's "
                          "FUSE, lies on a declared directory; unmount it",
                          Standing::closed, plan);
    }
    return Standing::closed;
}

}  // namespace jts::hot_storage::planning
