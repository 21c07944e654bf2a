#include "sys/declared.hpp"

#include <algorithm>

namespace jts::hot_storage::sys {

std::vector<Declared> declared_directories(const Layout& layout,
                                           const std::vector<std::string>& services) {
    std::vector<Declared> declared;
    for (const ServiceSpec& service : layout.services) {
        const bool is_named = std::ranges::find(services, service.name) != services.end();
        if (!services.empty() && !is_named) continue;
        for (const DirectorySpec& directory : service.directories)
            declared.push_back({&service, &directory, path_of(layout, service, directory)});
    }
    return declared;
}

bool in_one_domain(const Declared& a, const Declared& b) {
    return a.service == b.service && a.directory->owner == b.directory->owner &&
           a.directory->group == b.directory->group && a.directory->below == b.directory->below;
}

WalkRoot walk_root(const Declared& declared) {
    WalkRoot root{declared.path, {}, {"lost+found"}};
    if (!declared.directory->name.empty()) return root;
    for (const DirectorySpec& directory : declared.service->directories)
        if (!directory.name.empty()) root.skip.push_back(directory.name);
    return root;
}

}  // namespace jts::hot_storage::sys
