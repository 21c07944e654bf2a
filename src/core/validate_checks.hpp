/// The parts of validate(): one function a subject, each adding its findings in their order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan_ids.hpp"
#include "core/validate.hpp"

namespace jts::hot_storage::validation {

/// The checks' ids. Stable: callers and the manual page name them.
namespace check {
inline constexpr std::string_view layout_rejected = "layout.rejected";
inline constexpr std::string_view protected_hardlinks = "host.protected_hardlinks";
inline constexpr std::string_view changes_pending = "changes.pending";
inline constexpr std::string_view changes_records = "changes.records";
inline constexpr std::string_view filesystem_space = "filesystem.space";
inline constexpr std::string_view filesystem_inodes = "filesystem.inodes";
inline constexpr std::string_view oversubscribed = "plan.oversubscribed";
inline constexpr std::string_view mount_expected = "mount.expected";
inline constexpr std::string_view base_safe = "base.safe";
inline constexpr std::string_view base_writable = "base.writable";
inline constexpr std::string_view base_unmanaged = "base.unmanaged";
inline constexpr std::string_view group_exists = "group.exists";
inline constexpr std::string_view group_members = "group.members";
inline constexpr std::string_view user_exists = "user.exists";
inline constexpr std::string_view user_account = "user.account";
inline constexpr std::string_view exceeds_filesystem = "plan.exceeds_filesystem";
inline constexpr std::string_view directory_exists = "directory.exists";
inline constexpr std::string_view directory_type = "directory.type";
inline constexpr std::string_view directory_owner = "directory.owner";
inline constexpr std::string_view directory_mode = "directory.mode";
inline constexpr std::string_view directory_acl = "directory.acl";
inline constexpr std::string_view lost_found = "directory.lost_found";
inline constexpr std::string_view below_owner = "below.owner";
inline constexpr std::string_view below_refused = "below.refused";
inline constexpr std::string_view below_links_out = "below.links_out";
inline constexpr std::string_view below_readable = "below.readable";
inline constexpr std::string_view probe_write = "probe.write";
inline constexpr std::string_view unit_sandbox = "unit.sandbox";
}  // namespace check

/// What `jts-storage provision` puts right.
inline constexpr std::string_view provision = "jts-storage provision";

/// What the checks look at, and what they found so far.
struct Context {
    const ValidationInput& input;
    planning::Numbering numbering;
    /// The base is safe and there, or to be made: what was observed below it means something.
    bool base_is_usable = false;
    std::vector<Finding> findings;

    /// The reference is good until the next finding is added.
    Finding& add(std::string_view check, CheckResult result, const std::string& service,
                 const std::string& subject, std::string message);
};

void check_host(Context& context);
void check_filesystems(Context& context);
void check_base(Context& context);

/// The accounts and groups that are this service's to name.
void check_accounts(Context& context, const ServiceSpec& service);
void check_share_of_filesystem(Context& context, const ServiceSpec& service);
void check_directories(Context& context, const ServiceSpec& service);
void check_units(Context& context, const ServiceSpec& service);

/// A declared directory with what was seen of it.
struct Looked {
    DirectoryKey key;  ///< as PlannedChange::target
    std::string path;
    const DirectorySpec& spec;
    const EntryState& entry;

    /// Empty for the base and its parents.
    const std::string& service() const { return key.first; }
};

/// Of one directory: existence, type, owner, mode and ACL.
void check_directory(Context& context, const Looked& looked);

/// Of what lies below one that is a directory.
void check_below(Context& context, const Looked& looked, const BelowState& below);
void check_probe(Context& context, const Looked& looked);

/// The plan's change of this kind, of a directory or of an account.
const Change* change_of(const Plan& plan, ChangeKind kind, const DirectoryKey& target);
const Change* change_of(const Plan& plan, ChangeKind kind, const std::string& account);

/// A path as one word of a command.
std::string shell_word(const std::string& path);

}  // namespace jts::hot_storage::validation
