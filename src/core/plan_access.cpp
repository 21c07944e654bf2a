#include "core/plan_access.hpp"

#include <utility>

namespace jts::hot_storage::planning {

namespace {

constexpr std::uint32_t all_modes = 07777;

bool is_subset(std::uint32_t some, std::uint32_t of) {
    return (some & ~of) == 0;
}

/// `at-most` lets the service narrow what the mode and the mask say.
bool is_allowed(std::uint32_t has, std::uint32_t may, Policy policy) {
    return policy == Policy::exact ? has == may : is_subset(has, may);
}

bool inherited_is_right(const std::optional<Acl>& present, const std::optional<Acl>& wanted,
                        Policy policy) {
    if (!present || !wanted) return present.has_value() == wanted.has_value();
    return same_named(*present, *wanted) && present->mask && wanted->mask &&
           is_allowed(present->base, wanted->base, policy) &&
           is_allowed(*present->mask, *wanted->mask, policy);
}

/// The named lines are the layout's under both policies. Of the access ACL's other lines only the
/// group's is judged here: the rest is the mode.
bool acl_is_right(const Access& present, const Access& wanted, Policy policy) {
    if (!inherited_is_right(present.inherited, wanted.inherited, policy)) return false;
    if (!same_named(present.own, wanted.own)) return false;
    if (present.own.mask.has_value() != wanted.own.mask.has_value()) return false;
    return !present.own.mask ||
           is_allowed(group_bits(present.own.base), group_bits(wanted.own.base), policy);
}

/// What shall be granted where the ACL cannot stay. Under `at-most` owner, group and others do not
/// get back what the service took from them; a mask in the way of a line that the layout names
/// goes.
Access result_of(const Access& present, Access wanted, Policy policy) {
    if (policy == Policy::exact) return wanted;
    const auto base = wanted.own.base & present.own.base & present.own.shown();
    wanted.own = rebased(std::move(wanted.own), base);
    if (wanted.inherited) wanted.inherited = rebased(std::move(*wanted.inherited), base);
    return wanted;
}

std::uint32_t mode_beside_right_acl(const Access& present, const Access& wanted, Policy policy) {
    const auto most = wanted.own.shown();
    return policy == Policy::exact ? most : present.own.shown() & most;
}

}  // namespace

AccessPlan plan_access(const EntryState& entry, const DirectorySpec& spec,
                       const Numbering& numbering) {
    const auto present = present_access(entry, numbering.accounts());
    const auto wanted = wanted_access(spec, numbering);
    const auto mode = entry.mode & all_modes;
    AccessPlan plan;
    plan.acl_is_right = acl_is_right(present, wanted, spec.policy);
    plan.result = result_of(present, wanted, spec.policy);
    if (plan.acl_is_right) {
        plan.mode = plan.mode_with_owner = mode_beside_right_acl(present, wanted, spec.policy);
    } else {
        plan.mode_with_owner = mode & plan.result.own.base;
        plan.mode = is_subset(mode, plan.result.own.shown()) ? mode : plan.mode_with_owner;
    }
    plan.mode_is_right = plan.mode == mode;
    return plan;
}

}  // namespace jts::hot_storage::planning
