#include "sys/settle.hpp"

#include <unistd.h>

#include <cerrno>
#include <set>

#include "sys/declared.hpp"
#include "sys/failure.hpp"
#include "sys/look.hpp"
#include "sys/path.hpp"

namespace jts::hot_storage::sys {
namespace {

/// Empty where it is not there, or lies behind a mount that root may not look into: that holds
/// nothing of ours.
Fd open_if_reachable(const std::string& path) {
    Fd current = open_if_directory("/");
    for (const std::string& component : components_of(path)) {
        Fd next = open_component(current.get(), component.c_str());
        if (!next && (is_absence(errno) || errno == EACCES)) return {};
        if (!next) throw failure("open", path, errno);
        current = std::move(next);
    }
    return current;
}

void sync_once(const std::string& path, std::set<std::uint64_t>& synced) {
    const Fd directory = open_if_reachable(path);
    Look seen;
    if (!directory || look(directory.get(), seen) != 0) return;
    if (!synced.insert(seen.stx_mnt_id).second) return;
    const Fd readable = open_for_reading(directory.get(), path);
    if (::syncfs(readable.get()) != 0) throw failure("write to the disk", path, errno);
}

}  // namespace

void sync_file_systems(const Layout& layout, const std::vector<std::string>& services) {
    std::set<std::uint64_t> synced;
    sync_once(layout.base, synced);
    for (const Declared& declared : declared_directories(layout, services))
        sync_once(declared.path, synced);
}

}  // namespace jts::hot_storage::sys
