// The two absolute paths that a layout holds.
#include <algorithm>
#include <array>

#include "core/layout_values.hpp"
#include "core/text.hpp"

namespace jts::hot_storage {

namespace {

constexpr std::size_t longest_path = 1024;
constexpr std::size_t longest_component = 255;

/// Kernel interfaces and what is emptied at boot or open to everybody: no place for a database.
constexpr std::array<std::string_view, 5> forbidden_roots{"/proc", "/sys", "/dev", "/run", "/tmp"};

bool is_component(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.size() <= longest_component;
}

bool are_components(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        if (!is_component(path.substr(0, end))) return false;
        path.remove_prefix(end);
    }
    return true;
}

bool is_at_or_below(std::string_view path, std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

/// An absolute path, spelled in the one way that compares equal to itself.
const std::string& read_path(const LayoutNode& node) {
    const auto* path = node.value.get_ptr<const std::string*>();
    if (path == nullptr || !path->starts_with('/')) node.reject("must be an absolute path");
    if (path->size() > longest_path || (*path != "/" && !are_components(*path)))
        node.reject(
            "must be a normalised path: no \".\", \"..\", \"//\" or \"/\" at its end, each "
            "component at most 255 bytes, all at most 1024");
    // A home directory stands between colons in /etc/passwd.
    if (escape(*path) != *path || path->find(':') != std::string::npos)
        node.reject("must hold neither control characters nor \":\"");
    return *path;
}

}  // namespace

std::string read_base(const LayoutNode& node) {
    const auto& path = read_path(node);
    if (path == "/") node.reject("must be a directory of its own, not the root");
    for (const auto root : forbidden_roots) {
        if (is_at_or_below(path, root)) node.reject("must not lie under " + std::string(root));
    }
    return path;
}

std::string read_mount_point(const LayoutNode& node) {
    return read_path(node);
}

}  // namespace jts::hot_storage
