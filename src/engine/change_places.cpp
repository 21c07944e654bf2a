#include "engine/change_places.hpp"

#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "engine/change_text.hpp"
#include "sys/target.hpp"

namespace jts::hot_storage::engine {
namespace {

/// The directories that a change is about; so is its undoing.
struct Places {
    std::set<DirectoryKey> lasting;  ///< there before it and after it
    std::set<DirectoryKey> passing;  ///< made or removed by it
};

/// The plan has them all, those of every batch included: nothing is given away below a directory
/// that the plan does not name. A Rollback's header has the plan of what it takes back.
Places places_of(const JournalReader& reader) {
    using Type = EntryState::Type;
    Places places;
    for (const auto& [change, target] : reader.header()->plan) {
        if (is_account(change)) continue;
        const bool is_made = change.kind == ChangeKind::create_directory;
        (is_made ? places.passing : places.lasting).insert(target);
    }
    for (const auto& [change, is_changed] : reader.directories()) {
        const bool passes = change.prior.type == Type::missing || change.left.type == Type::missing;
        (passes ? places.passing : places.lasting).insert(change.target);
    }
    std::erase_if(places.lasting,
                  [&](const DirectoryKey& key) { return places.passing.contains(key); });
    return places;
}

bool is_root(const DirectoryKey& key) {
    return key.first.empty() && key.second.empty();
}

DirectoryKey parent_of(const Layout& layout, const DirectoryKey& key) {
    const auto& [service, name] = key;
    if (service.empty()) return {"", name.substr(0, name.rfind('/'))};
    return name.empty() ? DirectoryKey{"", layout.base} : DirectoryKey{service, ""};
}

/// What was there and is not any more may lie on a drive that is not mounted yet: it is waited for.
/// `passes`: it is enough that what it lies in is there.
void expect_there(const Layout& layout, const DirectoryKey& key, bool passes) {
    const auto is_there = [&] {
        try {
            const auto target = sys::find_target(layout, key);
            return passes || sys::state_of_target(target).type != EntryState::Type::missing;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::plan_stale) return false;
            throw;
        }
    };
    if (is_there()) return;
    const auto& missing = passes ? parent_of(layout, key) : key;
    throw Error(ErrorCode::recovery_pending,
                escape(sys::path_of(layout, missing)) +
                    " is not there; what it lies on may not be mounted. Where it is gone for good, "
                    "make an empty directory in its place");
}

bool is_mounted(const Layout& layout, const DirectoryKey& key) try {
    return sys::is_mount_point(sys::find_target(layout, key));
} catch (const Error& error) {
    if (error.code() == ErrorCode::plan_stale) return false;
    throw;
}

void expect_mounted(const Layout& layout, const DirectoryKey& key, const std::string& record) {
    if (is_mounted(layout, key)) return;
    throw Error(ErrorCode::recovery_pending,
                "nothing is mounted at " + escape(sys::path_of(layout, key)) +
                    ", where something was when the change was begun. Where that is gone for good, "
                    "move " +
                    record + " elsewhere");
}

}  // namespace

std::vector<DirectoryKey> mounts_of(const Layout& layout, const std::vector<RecordedChange>& plan) {
    std::set<DirectoryKey> keys;
    for (const auto& [change, target] : plan) {
        if (is_account(change)) continue;
        for (auto key = target; !is_root(key); key = parent_of(layout, key)) keys.insert(key);
    }
    std::vector<DirectoryKey> mounts;
    std::ranges::copy_if(keys, std::back_inserter(mounts),
                         [&](const DirectoryKey& key) { return is_mounted(layout, key); });
    return mounts;
}

void expect_in_place(const Layout& layout, const JournalReader& reader) {
    for (const auto& key : reader.header()->mounts) expect_mounted(layout, key, reader.path());
    const auto places = places_of(reader);
    for (const auto& key : places.lasting) expect_there(layout, key, false);
    for (const auto& key : places.passing)
        if (!places.passing.contains(parent_of(layout, key))) expect_there(layout, key, true);
}

}  // namespace jts::hot_storage::engine
