/// The vocabulary that callers see: plans, reports, findings, usage, jobs.
/// Plain aggregates that compare; the D-Bus dictionaries and the client's JSON use these names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage {

/// The kinds of change, in the order in which they are applied.
enum class ChangeKind {
    create_group,
    create_user,
    create_directory,
    set_owner,
    set_mode,
    set_acl,
    set_owner_below,
};

/// The kind's stable name on the bus and in JSON, such as `create-group`.
std::string_view to_string(ChangeKind kind) noexcept;
std::optional<ChangeKind> change_kind_from(std::string_view text) noexcept;

/// One difference between the layout and what is there. `current` and `desired` are text whose
/// form depends on the kind: docs/contract.md, "Dictionaries".
struct Change {
    ChangeKind kind{};
    std::string service;  ///< empty for the base and its parents
    std::string subject;  ///< account name, or escaped absolute path
    std::string current;
    std::string desired;
    std::uint64_t entries = 0;          ///< set_owner_below only: how many entries are foreign
    std::vector<std::string> examples;  ///< set_owner_below only: at most 20 escaped paths

    bool operator==(const Change&) const = default;
};

/// Something that must not be touched. The first word of `reason` is stable (`hard-link`,
/// `device`, `symlink`, `not-directory`, `other-mount`, `immutable`, …), then `: ` and text.
struct Refusal {
    std::string service;
    std::string subject;
    std::string reason;

    bool operator==(const Refusal&) const = default;
};

struct PlanReport {
    std::string digest;  ///< lower-case hexadecimal SHA-256
    std::vector<Change> changes;

    bool operator==(const PlanReport&) const = default;
};

struct ProvisionReport {
    std::string change_id;  ///< empty where nothing was done
    std::string digest;
    std::uint32_t applied = 0;    ///< elements of `changes`; a recursive one counts once
    std::uint32_t unchanged = 0;  ///< declared accounts, groups and directories that needed nothing
    std::vector<Change> changes;
    std::vector<Refusal> refused;

    bool operator==(const ProvisionReport&) const = default;
};

/// A change that was made, or is being made: what the service remembers of it.
struct AppliedChange {
    std::string change_id;
    std::string operation;  ///< `provision`, `rollback`
    std::uint32_t caller_uid = 0;
    std::uint64_t started_at = 0;  ///< microseconds since the epoch
    std::uint64_t ended_at = 0;    ///< 0: it goes on
    std::string outcome;  ///< `running`, `succeeded`, `recovered`, `rolled-back`, `partial`
    std::string digest;   ///< of the plan; empty for a rollback
    std::uint32_t applied = 0;
    std::vector<Change> changes;  ///< without examples
    std::string rolled_back_by;   ///< the id of the rollback; empty: it was not

    bool operator==(const AppliedChange&) const = default;
};

/// What a rollback put back, or would.
struct RollbackReport {
    std::string change_id;       ///< of the rollback itself; empty where nothing was done
    std::uint32_t restored = 0;  ///< directories and entries
    std::vector<Refusal> not_restored;
    std::vector<std::string> kept;  ///< accounts and groups: they are never deleted

    bool operator==(const RollbackReport&) const = default;
};

/// How a check of Validate came out.
enum class CheckResult { pass, warn, fail, skip };

/// `pass`, `warn`, `fail`, `skip`.
std::string_view to_string(CheckResult result) noexcept;

/// What one check of Validate found about one subject.
struct Finding {
    std::string check;  ///< stable dotted id, such as `directory.mode`
    CheckResult result{};
    std::string service;  ///< empty for the base, its parents and the host
    std::string subject;  ///< account name, unit name, mount point or escaped absolute path
    std::string expected;
    std::string actual;
    std::string message;                        ///< one sentence for a person
    std::string fix;                            ///< what to run, or a drop-in's text; may be empty
    std::uint64_t entries = 0;                  ///< checks of what lies below: how many
    std::vector<std::string> examples;          ///< of these, at most 20 escaped paths
    std::optional<std::uint64_t> latency_usec;  ///< `probe.write` only

    bool operator==(const Finding&) const = default;
};

struct ValidationReport {
    std::vector<Finding> findings;

    std::uint32_t count(CheckResult result) const noexcept;
    bool ok() const noexcept { return count(CheckResult::fail) == 0; }
    bool operator==(const ValidationReport&) const = default;
};

/// How full something is, against its plan or its capacity.
enum class Level { ok, warning, critical };

/// `ok`, `warning`, `critical`.
std::string_view to_string(Level level) noexcept;

/// How fast something grows, and when it is full if it goes on so. Times are microseconds since the
/// epoch.
struct Forecast {
    double growth_bytes_per_day = 0;  ///< below 0: it shrinks
    double growth_low = 0;            ///< with 95 % confidence it is not less
    double growth_high = 0;           ///< nor more
    /// When the plan or the file system is full; only where growth is beyond doubt (`growth_low`
    /// over 0), something is planned, and it is not more than ten years away.
    std::optional<std::uint64_t> full_at;
    std::optional<std::uint64_t> full_early;  ///< by `growth_high`; there where `full_at` is
    std::optional<std::uint64_t> full_late;   ///< by `growth_low`, ten years away at most

    bool operator==(const Forecast&) const = default;
};

/// A directory below a declared one, with all that lies below it.
struct DirectoryUsage {
    std::string path;  ///< escaped
    /// Allocated blocks: `du -s -x -B1`, but that an inode with several names is counted in one
    /// directory alone.
    std::uint64_t used_bytes = 0;
    /// Since a count at least an hour and, where counts come at least once in 24 hours, at most 49
    /// hours earlier; nothing where there was none. Below 0: it shrinks.
    std::optional<double> growth_bytes_per_day;

    bool operator==(const DirectoryUsage&) const = default;
};

/// The largest and the fastest-growing directories of a service, one and two levels below its
/// declared ones.
struct TopDirectories {
    std::vector<DirectoryUsage> directories;  ///< the largest first
    /// There are more than are told apart, or their paths are too long together: a larger one may
    /// lack.
    bool incomplete = false;

    bool operator==(const TopDirectories&) const = default;
};

/// What one service occupies. Sizes are bytes, times microseconds since the epoch.
struct ServiceUsage {
    std::string path;                  ///< escaped
    std::string mount_point;           ///< escaped; the one that holds most of the service's bytes
    std::uint64_t used_bytes = 0;      ///< allocated blocks, each inode once: `du -s -x -B1`
    std::uint64_t apparent_bytes = 0;  ///< sizes of regular files and symlinks, each inode once
    std::uint64_t inodes = 0;          ///< `du -s -x --inodes`
    std::uint64_t planned_bytes = 0;
    double percent_of_plan = 0;  ///< 0 where nothing is planned
    Level level{};
    std::string method;  ///< `scan`
    std::uint64_t sampled_at = 0;
    bool incomplete = false;            ///< something could not be read and is not counted
    std::uint32_t mounts_skipped = 0;   ///< mounts inside that are no declared directory
    std::optional<Forecast> forecast;   ///< against the plan; where the history is long enough
    std::optional<TopDirectories> top;  ///< where it was asked for

    bool operator==(const ServiceUsage&) const = default;
};

/// A mounted file system that holds at least one service.
struct FilesystemUsage {
    std::string mount_point;  ///< escaped
    std::string type;
    std::string source;  ///< escaped
    std::uint64_t capacity_bytes = 0;
    std::uint64_t available_bytes = 0;  ///< to processes that are not root's
    std::uint64_t used_bytes = 0;
    std::uint64_t planned_bytes = 0;  ///< of the services on it
    std::uint64_t reserve_bytes = 0;  ///< the layout's reserve_percent of the capacity
    std::uint64_t inodes_total = 0;   ///< 0 where the file system has no fixed number
    std::uint64_t inodes_free = 0;
    Level level{};
    /// Against what others than root can have of it, used and available; of the base's file system,
    /// where the history is long enough.
    std::optional<Forecast> forecast;

    bool operator==(const FilesystemUsage&) const = default;
};

struct UsageReport {
    std::map<std::string, ServiceUsage> services;  ///< by name
    std::vector<FilesystemUsage> filesystems;      ///< the base's first

    bool operator==(const UsageReport&) const = default;
};

/// Something that somebody should look at, from the sample that showed it to the one that shows it
/// no more.
struct Alert {
    std::string subject;      ///< `usage.NAME`, `growth.NAME`, `drift.NAME`, `filesystem.MOUNT`
    Level severity{};         ///< `warning` or `critical`
    std::uint64_t since = 0;  ///< microseconds since the epoch; of this severity
    double value = 0;         ///< as last seen: percent, bytes, days left or a count of differences
    double threshold = 0;     ///< of this severity, in the same unit
    std::string message;      ///< one sentence for a person

    bool operator==(const Alert&) const = default;
};

/// What one Sample wrote down.
struct SampleReport {
    std::uint64_t sampled_at = 0;  ///< when its walk began, microseconds since the epoch
    std::uint32_t services = 0;    ///< whose counts are in the history now
    bool incomplete = false;       ///< of some something could not be read: they are not

    bool operator==(const SampleReport&) const = default;
};

/// What was counted at one time of one service, or of the base's file system.
struct HistoryPoint {
    std::uint64_t time = 0;  ///< microseconds since the epoch
    std::uint64_t used_bytes = 0;
    std::uint64_t apparent_bytes = 0;  ///< of a file system 0: it is not known
    std::uint64_t inodes = 0;          ///< of a file system those in use

    bool operator==(const HistoryPoint&) const = default;
};

enum class JobState { running, succeeded, failed, cancelled };

/// `running`, `succeeded`, `failed`, `cancelled`.
std::string_view to_string(JobState state) noexcept;
std::optional<JobState> job_state_from(std::string_view text) noexcept;

/// A long call, as everybody may see it: it carries no name from inside the tree.
struct JobStatus {
    std::string job_id;  ///< 32 lower-case hexadecimal digits
    std::string kind;    ///< the method's name
    JobState state{};
    std::string phase;     ///< what it is doing, in a word or two
    double progress = -1;  ///< 0 to 1; −1: unknown
    std::uint64_t items_done = 0;
    std::uint64_t items_total = 0;  ///< 0: unknown
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_total = 0;  ///< 0: unknown
    std::uint32_t owner_uid = 0;
    std::uint64_t started_at = 0;  ///< microseconds since the epoch

    bool operator==(const JobStatus&) const = default;
};

}  // namespace jts::hot_storage
