#include "sys/directory_tally.hpp"

#include <algorithm>

#include "core/saturating_sum.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::size_t ids_at_once = 4096;

/// Where the component ends that begins with the slash at `begin`; `npos` where there is none.
std::size_t end_of_component(std::string_view path, std::size_t begin) {
    if (begin >= path.size()) return std::string_view::npos;
    return std::min(path.find('/', begin + 1), path.size());
}

}  // namespace

bool DirectoryTally::is_here(std::size_t root, std::string_view directory) const {
    if (root != root_ || !directory.starts_with(here_)) return false;
    return directory.size() == here_.size() || (level_ == 2 && directory[here_.size()] == '/');
}

void DirectoryTally::go_to(std::size_t root, std::string_view directory) {
    const auto& [names, path_length] = (*roots_)[root];
    const auto first_end = end_of_component(directory, path_length);
    const auto second_end =
        first_end == directory.npos ? directory.npos : end_of_component(directory, first_end);
    const auto first = directory.substr(0, first_end);
    const bool is_beside =
        root == root_ && level_ > 0 && first_end == first_end_ && here_.starts_with(first);
    level_ = first_end == directory.npos ? 0 : second_end == directory.npos ? 1 : 2;
    if (level_ == 0)
        first_ = DirectoryNames::none;
    else if (!is_beside)
        first_ = names->id_of(first, 1);
    const auto here = directory.substr(0, level_ == 2 ? second_end : directory.npos);
    second_ = level_ == 2 ? names->id_of(here, 2) : DirectoryNames::none;
    first_end_ = first_end;
    root_ = root;
    here_.assign(here);
}

void DirectoryTally::add_to(DirectoryNames::Id id, std::uint64_t bytes) {
    if (id == DirectoryNames::none) return;
    if (id >= bytes_.size()) {
        // A walk has many workers: none takes more than it needs.
        const std::size_t wanted = (id / ids_at_once + 1) * ids_at_once;
        bytes_.reserve(wanted);
        bytes_.resize(wanted);
    }
    bytes_[id] = saturating_sum(bytes_[id], bytes);
}

void DirectoryTally::add(std::size_t root, std::string_view directory, std::uint64_t bytes) {
    if (!is_here(root, directory)) go_to(root, directory);
    add_to(first_, bytes);
    add_to(second_, bytes);
}

void DirectoryTally::add_directory(std::size_t root, std::string_view parent, const char* name,
                                   std::uint64_t bytes) {
    if (level_ == 2 && is_here(root, parent)) return add(root, parent, bytes);
    child_.assign(parent).append("/").append(name);
    add(root, child_, bytes);
}

DirectoryTotals directory_totals(const DirectoryNames& names,
                                 const std::vector<const DirectoryTally*>& workers) {
    struct Found {
        const std::string* path;
        std::uint64_t bytes;
    };
    std::vector<Found> found;
    names.for_each([&](const std::string& path, DirectoryNames::Id id) {
        std::uint64_t bytes = 0;
        for (const auto* worker : workers) bytes = saturating_sum(bytes, worker->bytes_of(id));
        found.push_back({&path, bytes});
    });
    std::ranges::sort(found, [](const Found& a, const Found& b) {
        return a.bytes != b.bytes ? a.bytes > b.bytes : *a.path < *b.path;
    });
    DirectoryTotals totals;
    totals.incomplete = names.is_incomplete();
    if (found.size() > DirectoryTotals::most) {
        totals.largest_left_out = found[DirectoryTotals::most].bytes;
        found.resize(DirectoryTotals::most);
    }
    for (const auto& [path, bytes] : found) totals.largest.push_back({*path, bytes});
    return totals;
}

}  // namespace jts::hot_storage::sys
