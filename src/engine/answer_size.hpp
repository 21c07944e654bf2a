/// How large an answer may become. A bus throws whoever sends it more than 32 MiB out
/// (dbus-daemon's limit for the system bus), and who fills a tree chooses how many bytes its names
/// have.
#pragma once

#include <cstddef>
#include <vector>

#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage::engine {

inline constexpr std::size_t most_answer_bytes = 8 << 20;

/// Whether it has so many names from inside the tree that its form without them is to be answered.
/// An estimate that is not below the truth.
bool is_too_large(const PlanReport& report);
bool is_too_large(const ProvisionReport& report);
bool is_too_large(const ValidationReport& report);
bool is_too_large(const RollbackReport& report);
/// Its names have a limit of their own (DirectoryTally).
inline bool is_too_large(const UsageReport&) {
    return false;
}

/// Takes the oldest, which are the first, until the others fit.
void keep_newest(std::vector<AppliedChange>& changes, std::size_t most = most_answer_bytes);

}  // namespace jts::hot_storage::engine
