/// What happened to the host, written to the journal with fields that programs can match. The
/// catalog (systemd/jts-hot-storage.catalog) explains each message id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage::engine {

/// Message ids; systemd/jts-hot-storage.catalog has a text for each.
inline constexpr std::string_view alert_cleared_id = "8a40c2d7b9e14f8f9a35d1c06e7b4f12";
inline constexpr std::string_view alert_raised_id = "e36f1b08c5a74d0f8f2c94a7d1506b3e";
inline constexpr std::string_view alerts_damaged_id = "97d5e40f2b6c4a1eb08d3f7a6c15e2d9";
inline constexpr std::string_view change_ended_id = "06bf0474e5454d349376573970b9ea10";
inline constexpr std::string_view denied_id = "0f188306f869425b8ab7549f00b9d9be";
inline constexpr std::string_view history_damaged_id = "c2b7d0a95e3f4d0c8a4b1f63e9d27a58";
inline constexpr std::string_view job_untold_id = "5b8f2a6cf1d94a6c9f0c1c9d7b0e4a21";
inline constexpr std::string_view state_unknown_id = "4f1e715064354a10badc02b58160358c";

struct AuditField {
    std::string_view name;  ///< upper case, `JTS_…`
    std::string value;      ///< escaped before it is written
};

/// Never throws: an event that cannot be written must not undo what it tells of. syslog levels.
void audit(std::string_view message_id, int level, const std::string& message,
           const std::vector<AuditField>& fields) noexcept;

}  // namespace jts::hot_storage::engine
