/// The numbers behind the layout's names: what they are, or will be once the accounts are made.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout.hpp"
#include "core/observation.hpp"

namespace jts::hot_storage::planning {

/// Names to ids or to the lack of one: an account that the plan creates with whatever id is free.
using Ids = std::map<std::string, std::optional<std::uint32_t>, std::less<>>;

/// The layout's services of these names (all where empty), in the layout's order.
std::vector<const ServiceSpec*> selected(const Layout& layout,
                                         const std::vector<std::string>& services);

/// Looks names up in the databases first, then among the accounts that the plan creates.
///
/// A new account gets the id that its tree already belongs to (a pin), where that id is free: so
/// that deleting an account and provisioning again gives the data back to it, and the id to nobody
/// else. Ids of 1000 and above are people's, and 0 is root's: these are never pinned.
///
/// Keeps a reference to the databases of `observation`, which must outlive it.
class Numbering {
  public:
    Numbering(const Layout& layout, const Observation& observation,
              const std::vector<std::string>& services);

    /// Nothing where the name does not exist, and where it will get an id yet unknown.
    std::optional<std::uint32_t> user(std::string_view name) const;
    std::optional<std::uint32_t> group(std::string_view name) const;

    /// Whether the name exists once the plan is applied.
    bool has_user(std::string_view name) const;
    bool has_group(std::string_view name) const;

    const AccountDatabase& accounts() const { return accounts_; }

  private:
    const AccountDatabase& accounts_;
    Ids new_users_;
    Ids new_groups_;
};

}  // namespace jts::hot_storage::planning
