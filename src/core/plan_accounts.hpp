/// Accounts and groups: which are to be made, and which must not be used.
#pragma once

#include <string>
#include <vector>

#include "core/plan.hpp"
#include "core/plan_ids.hpp"

namespace jts::hot_storage::planning {

/// Adds groups and users to create, and a blocker for every account that exists but may not run a
/// service (docs/contract.md, AccountConflict), and for every name in an ACL that nobody has.
void plan_accounts(const Layout& layout, const std::vector<std::string>& services,
                   const Numbering& numbering, Plan& plan);

}  // namespace jts::hot_storage::planning
