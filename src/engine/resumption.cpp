#include "engine/resumption.hpp"

#include <algorithm>

#include "engine/change_text.hpp"

namespace jts::hot_storage::engine {
namespace {

/// Whether a step of the kind `begun`, interrupted, can leave a change of the kind `left` to make.
bool may_leave(ChangeKind begun, ChangeKind left) {
    using enum ChangeKind;
    switch (begun) {
        case create_directory:
            return left == create_directory || left == set_owner || left == set_mode ||
                   left == set_acl || left == set_owner_below;
        // Bits are dropped before the owner changes, and an ACL carries the mode.
        case set_owner:
            return left == set_owner || left == set_mode || left == set_acl;
        case set_mode:
        case set_acl:
            return left == set_mode || left == set_acl;
        case create_group:
        case create_user:
        case set_owner_below:
            return left == begun;
    }
    return false;
}

}  // namespace

Plan resumed(Plan plan, const std::vector<RecordedChange>& interrupted) {
    std::erase_if(plan.changes, [&](const PlannedChange& planned) {
        return std::ranges::none_of(interrupted, [&](const RecordedChange& recorded) {
            return recorded.change.subject == planned.change.subject &&
                   recorded.change.service == planned.change.service &&
                   may_leave(recorded.change.kind, planned.change.kind);
        });
    });
    return plan;
}

}  // namespace jts::hot_storage::engine
