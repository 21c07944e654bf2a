#include "sys/hard_links.hpp"

#include <algorithm>
#include <utility>

namespace jts::hot_storage::sys {

std::size_t HardLinks::Hash::operator()(const Key& key) const noexcept {
    constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
    std::uint64_t hash = key.inode * spread;
    hash = (hash ^ key.dev_major ^ (std::uint64_t{key.dev_minor} << 32)) * spread;
    return (hash ^ key.domain) * spread >> 8;
}

HardLinks::Key HardLinks::key_of(std::size_t domain, const Look& look) noexcept {
    return {domain, look.stx_dev_major, look.stx_dev_minor, look.stx_ino};
}

void HardLinks::count(File& file, std::size_t root, const Look& look) {
    ++file.names;
    file.links = look.stx_nlink;
    file.root = std::min(file.root, root);
}

std::optional<std::uint32_t> HardLinks::names_of(std::size_t domain, const Look& look) const {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(key_of(domain, look));
    if (found == files_.end()) return std::nullopt;
    return found->second.names;
}

bool HardLinks::mark_given(std::size_t domain, const Look& look) {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(key_of(domain, look));
    return found != files_.end() && !std::exchange(found->second.is_given, true);
}

bool HardLinks::empty() const {
    const std::lock_guard lock(mutex_);
    return files_.empty();
}

}  // namespace jts::hot_storage::sys
