/// Accounts and groups: which are to be made, and which must not be used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/plan.hpp"
#include "core/plan_fault.hpp"
#include "core/plan_ids.hpp"

namespace jts::hot_storage::planning {

/// Adds groups and users to create, and a blocker for every account that exists but may not run a
/// service (docs/contract.md, AccountConflict), and for every name in an ACL that nobody has.
void plan_accounts(const Layout& layout, const std::vector<std::string>& services,
                   const Numbering& numbering, Plan& plan);

/// The shell of an account that is created.
inline constexpr std::string_view new_shell = "/bin/false";

/// Why an account that exists may not run its service.
std::vector<Fault> account_faults(const Layout& layout, const AccountSpec& spec, const User& user,
                                  const Numbering& numbering);

/// Whether the name of an ACL's entry exists once the plan is applied.
bool has_name(const Numbering& numbering, const AclEntry& entry);

/// An ACL's entry of which it does not.
Fault acl_fault(const Layout& layout, const ServiceSpec& service, const DirectorySpec& directory,
                const AclEntry& entry);

}  // namespace jts::hot_storage::planning
