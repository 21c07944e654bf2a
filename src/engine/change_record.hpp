/// What a change's record says in words: who asked for what, and how it ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout.hpp"
#include "core/plan.hpp"
#include "jts/hot_storage/model.hpp"
#include "sys/restore.hpp"

namespace jts::hot_storage::engine {

/// Who asked for a change.
struct Requester {
    std::uint32_t uid = 0;
    std::string unique_name;

    bool operator==(const Requester&) const = default;
};

/// A change of the plan with the directory that it is about (nothing for accounts).
struct RecordedChange {
    Change change;  ///< without examples
    DirectoryKey target;

    bool operator==(const RecordedChange&) const = default;
};

/// The first frame: enough to finish the change, or to undo it, whatever the layout says by then.
struct ChangeHeader {
    std::string change_id;
    std::string operation;  ///< `provision`, `rollback`
    Requester requester;
    std::uint64_t started_at = 0;
    std::string layout;  ///< the whole layout as one document
    std::string layout_digest;
    std::vector<std::string> services;
    std::string digest;  ///< of the plan
    std::vector<RecordedChange> plan;
    std::string of;  ///< `rollback`: the change that is rolled back
    /// What it is about lies on these: an interrupted change goes on when they are mounted.
    std::vector<DirectoryKey> mounts;

    bool operator==(const ChangeHeader&) const = default;
};

/// The last frame.
struct ChangeResult {
    std::string outcome;
    std::uint64_t ended_at = 0;
    std::vector<Change> applied;
    std::string message;  ///< where it did not succeed: what stands, and why

    bool operator==(const ChangeResult&) const = default;
};

namespace outcome {
inline constexpr const char* running = "running";
inline constexpr const char* succeeded = "succeeded";
inline constexpr const char* recovered = "recovered";
inline constexpr const char* rolled_back = "rolled-back";
inline constexpr const char* partial = "partial";
}  // namespace outcome

namespace operation {
inline constexpr const char* provision = "provision";
inline constexpr const char* rollback = "rollback";
}  // namespace operation

std::string to_json(const ChangeHeader& header);
std::string to_json(const ChangeResult& result);
std::string to_json(const std::vector<sys::DirectoryChange>& directories);

/// How long a result's text is at most, but for its message; and a directory's, however it was
/// left, with so many lines of an ACL.
std::size_t max_result_size(const ChangeHeader& header);
std::size_t max_left_size(const sys::DirectoryChange& before, std::size_t acl_lines);

/// Throw `Error(failed)` where the text is not one that the functions above make.
ChangeHeader header_from_json(std::string_view text);
ChangeResult result_from_json(std::string_view text);
std::vector<sys::DirectoryChange> directories_from_json(std::string_view text);

/// The layout that the change was made by. Throws `Error(failed)`.
Layout layout_of(const ChangeHeader& header);

}  // namespace jts::hot_storage::engine
