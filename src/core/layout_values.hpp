/// The layout's scalar and array values, each from its JSON form. The one place that says which
/// values are allowed; docs/layout.md and layout/layout.schema.json say the same. Private to the
/// layout's reader. Every function throws `LayoutFault` with the pointer of what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout.hpp"
#include "core/layout_node.hpp"

namespace jts::hot_storage {

/// `[a-z_][a-z0-9_-]{0,30}`: what systemd takes as a user name where it is strict, so that every
/// name here can stand in sysusers lines, unit names and ACLs.
bool is_account_name(std::string_view text) noexcept;

/// `[A-Za-z0-9_][A-Za-z0-9._-]{0,63}`: one path component.
bool is_directory_name(std::string_view text) noexcept;

void read_format(const LayoutNode& node);
std::string read_base(const LayoutNode& node);
std::string read_mount_point(const LayoutNode& node);
/// An integer from `low` to `high`, both included.
std::uint32_t read_number(const LayoutNode& node, std::uint32_t low, std::uint32_t high);

template <std::uint32_t low, std::uint32_t high>
std::uint32_t read_between(const LayoutNode& node) {
    return read_number(node, low, high);
}

/// No number among the thresholds is larger, whichever keys the form allows.
inline constexpr std::uint32_t max_threshold = 3650;

std::uint64_t read_bytes(const LayoutNode& node);

/// Not 0, which everything would be over.
std::uint64_t read_threshold_bytes(const LayoutNode& node);

std::string read_account(const LayoutNode& node);
std::uint32_t read_mode(const LayoutNode& node);
Policy read_policy(const LayoutNode& node);
Below read_below(const LayoutNode& node);
std::vector<std::string> read_units(const LayoutNode& node);

/// Sorted: access entries before default ones, users before groups, then by name.
std::vector<AclEntry> read_acl(const LayoutNode& node);

std::string_view to_string(Policy policy) noexcept;
std::string_view to_string(Below below) noexcept;
std::string to_string(const AclEntry& entry);

}  // namespace jts::hot_storage
