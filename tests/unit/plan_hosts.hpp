/// Hosts as values, and what a plan makes of them.
#pragma once

#include <string>
#include <vector>

#include "core/plan.hpp"

namespace jts::hot_storage::test {

/// Debian's root, and a group that is nobody's: `staff`, 50.
AccountDatabase bare_accounts();

/// An existing directory without ACL.
EntryState directory(std::uint32_t uid, std::uint32_t gid, std::uint32_t mode);

/// Neither accounts nor any component of the base; `/` is the mount.
Observation empty_host(const Layout& layout);

/// Every account (ids from 101, group id = user id where names agree) and directory as the layout
/// says, written down without asking the plan.
Observation provisioned_host(const Layout& layout);

/// The same host with another entry in the place of a declared directory's.
Observation with_entry(Observation host, const DirectoryKey& key, const EntryState& entry);

/// The host after the plan's changes, as the kernel and systemd-sysusers would leave it.
Observation simulate(Observation host, const Plan& plan);

/// "kind subject: current -> desired" of each change.
std::vector<std::string> lines_of(const Plan& plan);

/// "subject: reason" of each refusal.
std::vector<std::string> lines_of(const std::vector<Refusal>& refused);

/// The declared directory's numeric owner in the host.
const EntryState& entry_of(const Observation& host, const DirectoryKey& key);

}  // namespace jts::hot_storage::test
