#include "sys/directory_names.hpp"

namespace jts::hot_storage::sys {

bool DirectoryBudget::take() noexcept {
    std::size_t left = left_.load(std::memory_order_relaxed);
    do {
        if (left == 0) return false;
    } while (!left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed));
    return true;
}

DirectoryNames::Id DirectoryNames::id_of(std::string_view path, int level) {
    const std::lock_guard lock(mutex_);
    if (const auto found = ids_.find(path); found != ids_.end()) return found->second;
    if (!take(level)) {
        incomplete_ = true;
        return none;
    }
    return ids_.emplace(path, budget_.next_id()).first->second;
}

/// With the lock held. Neither kind is ever given back: what was refused once stays refused.
bool DirectoryNames::take(int level) noexcept {
    if (budget_.take()) return true;
    if (level != 1 || left_ == 0) return false;
    --left_;
    return true;
}

bool DirectoryNames::is_incomplete() const {
    const std::lock_guard lock(mutex_);
    return incomplete_;
}

}  // namespace jts::hot_storage::sys
