/// The layout: what the administrator wants. A value that cannot hold anything invalid once it
/// came out of `read_layout` (layout_reader.hpp). docs/layout.md describes the file format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage {

/// How strictly a declared directory's owner, group and mode are held.
enum class Policy {
    exact,    ///< owner, group and mode are the layout's
    at_most,  ///< created so; afterwards its service may narrow it, never widen it
};

/// What is owned below a declared directory, down to the next declared one.
enum class Below {
    owner_and_group,  ///< every entry belongs to the directory's owner and group
    owner,            ///< every entry belongs to the owner; groups are left alone
    declared_only,    ///< nothing below is looked at
};

/// One named entry of a POSIX.1e ACL, such as `user:grafana:r-x`, or its `default:` form.
struct AclEntry {
    enum class Tag { user, group };
    bool is_default = false;
    Tag tag{};
    std::string name;               ///< account or group name
    std::uint32_t permissions = 0;  ///< 0–7, rwx

    bool operator==(const AclEntry&) const = default;
};

/// A declared directory: a service's own (`name` empty) or one right below it.
struct DirectorySpec {
    std::string name;  ///< one path component, or empty for the service's own directory
    std::string owner;
    std::string group;
    std::uint32_t mode = 0;  ///< 0000–0777
    Policy policy{};
    Below below{};
    std::vector<AclEntry> acl;  ///< empty: no ACL beyond the mode

    bool operator==(const DirectorySpec&) const = default;
};

/// From where on something is no longer `ok`: a service against its plan, or a file system. How
/// levels come of them: core/thresholds.hpp.
struct Thresholds {
    std::uint32_t warning_percent = 80;
    std::uint32_t critical_percent = 90;
    std::optional<std::uint64_t>
        warning_bytes;  ///< of a service's used bytes; never a file system's
    std::optional<std::uint64_t> critical_bytes;
    std::uint32_t hysteresis_points = 2;   ///< so far below a level an alert is cleared
    std::uint32_t warning_days_left = 14;  ///< fewer, by the forecast, until it is full; 0: never
    std::uint32_t critical_days_left = 3;

    bool operator==(const Thresholds&) const = default;
};

inline constexpr Thresholds default_service_thresholds{};
inline constexpr Thresholds default_filesystem_thresholds{.warning_percent = 85,
                                                          .critical_percent = 95};

struct ServiceSpec {
    std::string name;
    std::uint64_t planned_bytes = 0;
    std::vector<std::string> units;  ///< globs of systemd unit names
    /// The service's own directory first, then its subdirectories in name order. Never empty.
    std::vector<DirectorySpec> directories;
    Thresholds thresholds = default_service_thresholds;

    const DirectorySpec& own() const { return directories.front(); }
    bool operator==(const ServiceSpec&) const = default;
};

struct Layout {
    std::string base;  ///< absolute, normalised, at least one component
    std::optional<std::string> expected_mount;
    std::uint32_t reserve_percent = 5;
    std::vector<ServiceSpec> services;  ///< in name order
    Thresholds filesystem_thresholds = default_filesystem_thresholds;

    const ServiceSpec* find(std::string_view service) const;
    bool operator==(const Layout&) const = default;
};

/// The absolute path of a declared directory: `base/service` or `base/service/name`.
std::string path_of(const Layout& layout, const ServiceSpec& service, const DirectorySpec& dir);

/// An account that the layout asks for, with the group and home it is created with.
struct AccountSpec {
    /// The first service, in name order, that it owns; else the first with a directory it owns.
    std::string service;
    std::string name;
    std::string group;  ///< its primary group: that service's, or one of its own name
    std::string home;   ///< that service's directory

    bool operator==(const AccountSpec&) const = default;
};

/// A group that the layout asks for.
struct GroupSpec {
    std::string service;
    std::string name;

    bool operator==(const GroupSpec&) const = default;
};

/// Accounts and groups of the named services (every service where `services` is empty), each once,
/// in name order. `root` is never among them: it always exists and is never created or checked.
std::vector<AccountSpec> accounts_of(const Layout& layout,
                                     const std::vector<std::string>& services);
std::vector<GroupSpec> groups_of(const Layout& layout, const std::vector<std::string>& services);

/// `[a-z][a-z0-9_]{0,30}`
bool is_service_name(std::string_view text) noexcept;

}  // namespace jts::hot_storage
