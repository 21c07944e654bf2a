/// What a helper unit printed. Written by a process of root's, yet parsed as hostile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage::engine {

struct HelperAnswer {
    std::vector<std::string> created;   ///< `group:docker`, `user:redis`
    std::vector<std::string> repaired;  ///< `shadow:redis`

    bool operator==(const HelperAnswer&) const = default;
};

/// Strict: any key, type or length but the expected one is an Error(failed). An answer that reports
/// an error is thrown as that error, its message escaped.
HelperAnswer parse_helper_answer(std::string_view text);

/// Reads `folder`/`unit`, where systemd put the unit's stdout. Throws Error(failed) unless it is a
/// regular file of root's and of at most 64 KiB; never follows a link, never blocks.
std::string read_helper_answer(const std::string& folder, const std::string& unit);

/// Removes the answer of an earlier run, which a unit that never came to its stdout would leave.
void remove_helper_answer(const std::string& folder, const std::string& unit);

}  // namespace jts::hot_storage::engine
