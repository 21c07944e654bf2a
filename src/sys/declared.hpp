/// The declared directories of a layout, as things to open and to walk.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/observation.hpp"
#include "sys/fd.hpp"
#include "sys/walk.hpp"

namespace jts::hot_storage::sys {

struct Declared {
    const ServiceSpec* service;
    const DirectorySpec* directory;
    std::string path;

    DirectoryKey key() const { return {service->name, directory->name}; }
    bool is_walked() const { return directory->below != Below::declared_only; }
};

/// Those of the named services (all where empty), in the layout's order.
std::vector<Declared> declared_directories(const Layout& layout,
                                           const std::vector<std::string>& services);

/// Whether names below both count together as one service's own: what lies there gets the same
/// owner.
bool in_one_domain(const Declared& a, const Declared& b);

/// The walk below one: without the declared directories right in it, which have walks of their own,
/// and without a file system's `lost+found`.
WalkRoot walk_root(const Declared& declared);

}  // namespace jts::hot_storage::sys
