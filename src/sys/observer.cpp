#include "sys/observer.hpp"

#include <sys/statvfs.h>

#include <cerrno>
#include <utility>

#include "sys/acl.hpp"
#include "sys/below.hpp"
#include "sys/declared.hpp"
#include "sys/failure.hpp"
#include "sys/fd.hpp"
#include "sys/look.hpp"
#include "sys/mounts.hpp"
#include "sys/path.hpp"

namespace jts::hot_storage::sys {
namespace {

/// An entry that was looked at, open (O_PATH) where it is a directory.
struct Seen {
    Fd directory;
    EntryState state;
};

/// A user may mount a FUSE on a directory of his, which answers EACCES even to root; it must not
/// keep the others from being looked at.
EntryState state_of_directory(int directory, const std::string& path) {
    Look seen;
    const int error = look(directory, seen);
    if (error == EACCES) return {.type = EntryState::Type::sealed};
    if (error != 0) throw failure("look at", path, error);
    const Fd readable = open_for_reading(directory, path);
    return entry_state(seen, read_acl(readable.get(), path));
}

EntryState state_of_other(int parent, const std::string& name, const std::string& path) {
    Look seen;
    const int error = look(parent, name.c_str(), seen);
    if (error == ENOENT) return {};
    if (error != 0) throw failure("look at", path, error);
    return entry_state(seen, {});
}

/// `parent` may be empty: what lies in nothing is missing.
Seen see(const Fd& parent, const std::string& name, const std::string& path) {
    if (!parent) return {};
    Fd directory = open_component(parent.get(), name.c_str());
    if (!directory && !is_absence(errno)) throw failure("open", path, errno);
    if (!directory) return {{}, state_of_other(parent.get(), name, path)};
    EntryState state = state_of_directory(directory.get(), path);
    if (state.type != EntryState::Type::directory) directory = Fd();
    return {std::move(directory), std::move(state)};
}

/// Mount point and writability of the nearest directory that exists.
void observe_mount(int directory, const std::string& path, Observation& observation) {
    Look seen;
    if (const int error = look(directory, seen); error != 0) throw failure("look at", path, error);
    observation.mount_point = mount_point_of(seen.stx_mnt_id);
    struct statvfs file_system {};
    if (::fstatvfs(directory, &file_system) != 0)
        throw failure("look at the file system of", path, errno);
    observation.read_only = (file_system.f_flag & ST_RDONLY) != 0;
}

/// Goes down to the base and returns it, or nothing where it is not there.
Fd observe_base_path(const std::string& base, Observation& observation) {
    Fd nearest = open_if_directory("/");
    std::string path;
    bool is_reachable = true;
    for (const std::string& component : components_of(base)) {
        path += "/" + component;
        Seen seen = is_reachable ? see(nearest, component, path) : Seen{};
        observation.base_path.push_back({path, std::move(seen.state)});
        is_reachable = static_cast<bool>(seen.directory);
        if (is_reachable) nearest = std::move(seen.directory);
    }
    observe_mount(nearest.get(), base, observation);
    return is_reachable ? std::move(nearest) : Fd();
}

}  // namespace

Observation observe_declared(const Layout& layout, AccountDatabase accounts,
                             const std::vector<std::string>& services) {
    Observation observation;
    observation.accounts = std::move(accounts);
    const Fd base = observe_base_path(layout.base, observation);
    Fd service_directory;
    for (const Declared& declared : declared_directories(layout, services)) {
        const bool is_own = declared.directory->name.empty();
        const std::string& name = is_own ? declared.service->name : declared.directory->name;
        Seen seen = see(is_own ? base : service_directory, name, declared.path);
        observation.directories[declared.key()].entry = std::move(seen.state);
        if (is_own) service_directory = std::move(seen.directory);
    }
    return observation;
}

void observe_below(const Layout& layout, Observation& observation,
                   const std::vector<std::string>& services, unsigned threads,
                   std::stop_token stop) {
    BelowOptions options;
    options.threads = threads;
    look_below(layout, observation, services, options, stop);
}

}  // namespace jts::hot_storage::sys
