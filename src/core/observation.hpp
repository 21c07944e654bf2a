/// What is there: accounts, declared directories, and what lies below them. Pure values, filled in
/// by sys/ and compared with the layout by plan.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jts::hot_storage {

struct User {
    enum class Password { locked, usable, missing };  ///< missing: no line in shadow
    std::string name;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;  ///< primary group
    std::string home;
    std::string shell;
    Password password = Password::missing;

    bool operator==(const User&) const = default;
};

struct Group {
    std::string name;
    std::uint32_t gid = 0;
    std::vector<std::string> members;

    bool operator==(const Group&) const = default;
};

/// The accounts databases as read from /etc. First match wins, as in nss_files.
struct AccountDatabase {
    std::vector<User> users;
    std::vector<Group> groups;

    const User* user(std::string_view name) const;
    const User* user(std::uint32_t uid) const;
    const Group* group(std::string_view name) const;
    const Group* group(std::uint32_t gid) const;
    bool operator==(const AccountDatabase&) const = default;
};

/// `user:group`, numbers where no name exists.
std::string owner_text(const AccountDatabase& accounts, std::uint32_t uid, std::uint32_t gid);

/// One line of a POSIX.1e ACL as the kernel stores it, ids still numbers.
struct AclLine {
    enum class Tag { user_obj, user, group_obj, group, mask, other };
    bool is_default = false;
    Tag tag{};
    std::uint32_t id = 0;  ///< meaningful for user and group
    std::uint32_t permissions = 0;

    auto operator<=>(const AclLine&) const = default;
};

/// Which file an entry is, so that a later look can tell whether it is still the same one.
struct Identity {
    std::uint32_t dev_major = 0, dev_minor = 0;
    std::uint64_t inode = 0;
    std::int64_t birth_sec = 0;  ///< 0 where the file system has no birth time
    std::uint32_t birth_nsec = 0;

    auto operator<=>(const Identity&) const = default;
};

/// The state of one declared directory, or of the base or one of its parents.
struct EntryState {
    /// sealed: the root of a mount that root may not look into, such as a user's FUSE.
    enum class Type { missing, directory, symlink, other, sealed };
    Type type = Type::missing;
    Identity identity;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t mode = 0;  ///< 0000–07777
    bool immutable = false;  ///< immutable or append-only attribute
    /// Extended ACL lines, access and default, sorted; empty where the mode says everything.
    std::vector<AclLine> acl;

    bool operator==(const EntryState&) const = default;
};

/// Entries refused for one reason below one declared directory.
struct RefusedBelow {
    std::string reason;  ///< stable first word, `: `, text
    std::uint64_t count = 0;
    std::vector<std::string> examples;  ///< at most 20 absolute paths (escape_shortly)

    bool operator==(const RefusedBelow&) const = default;
};

/// What lies below a declared directory, down to the next declared one.
struct BelowState {
    std::uint64_t foreign = 0;          ///< entries to be given to the owner
    std::vector<std::string> examples;  ///< at most 20 absolute paths (escape_shortly)
    std::vector<RefusedBelow> refused;

    bool operator==(const BelowState&) const = default;
};

struct DirectoryObservation {
    EntryState entry;
    BelowState below;

    bool operator==(const DirectoryObservation&) const = default;
};

/// Key of a declared directory: service name, directory name (empty for the service's own).
using DirectoryKey = std::pair<std::string, std::string>;

struct PathObservation {
    std::string path;  ///< absolute, as the layout's base spells it
    EntryState entry;

    bool operator==(const PathObservation&) const = default;
};

struct Observation {
    AccountDatabase accounts;
    /// Every component of the base from the first below `/` down to the base itself (last). Where
    /// one is missing all that follow are missing.
    std::vector<PathObservation> base_path;
    std::string mount_point;  ///< of the base, or of its nearest existing parent
    bool read_only = false;   ///< that mount cannot be written from inside the daemon
    std::map<DirectoryKey, DirectoryObservation> directories;

    bool operator==(const Observation&) const = default;
};

}  // namespace jts::hot_storage
