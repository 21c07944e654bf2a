#include "sys/directory_names.hpp"

namespace jts::hot_storage::sys {

DirectoryNames::Id DirectoryNames::id_of(std::string_view path, int level) {
    const std::lock_guard lock(mutex_);
    if (const auto found = ids_.find(path); found != ids_.end()) return found->second;
    if (!has_room(path, level)) {
        incomplete_ = true;
        return none;
    }
    for (Part* part : {&all_, &second_level_}) {
        if (part == &second_level_ && level == 1) continue;
        ++part->directories;
        part->path_bytes += path.size();
    }
    return ids_.emplace(path, budget_.next_id()).first->second;
}

/// With the lock held. Nothing is ever given back: where there was no room once, there is none
/// later.
bool DirectoryNames::has_room(std::string_view path, int level) const noexcept {
    const auto fits = [path](const Part& used, std::size_t directories, std::size_t bytes) {
        return used.directories < directories && used.path_bytes + path.size() <= bytes;
    };
    const auto directories = budget_.directories(), bytes = budget_.path_bytes();
    return fits(all_, directories, bytes) &&
           (level == 1 ||
            fits(second_level_, directories - (directories + 3) / 4, bytes - (bytes + 3) / 4));
}

bool DirectoryNames::is_incomplete() const {
    const std::lock_guard lock(mutex_);
    return incomplete_;
}

}  // namespace jts::hot_storage::sys
