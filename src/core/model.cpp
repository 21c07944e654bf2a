#include "jts/hot_storage/model.hpp"

namespace jts::hot_storage {

std::string_view to_string(ChangeKind kind) noexcept {
    switch (kind) {
        case ChangeKind::create_group:
            return "create-group";
        case ChangeKind::create_user:
            return "create-user";
        case ChangeKind::create_directory:
            return "create-directory";
        case ChangeKind::set_owner:
            return "set-owner";
        case ChangeKind::set_mode:
            return "set-mode";
        case ChangeKind::set_acl:
            return "set-acl";
        case ChangeKind::set_owner_below:
            return "set-owner-below";
    }
    return "";
}

}  // namespace jts::hot_storage
