#include "sys/mounts.hpp"

#include <algorithm>

#include "sys/small_file.hpp"

namespace jts::hot_storage::sys {
namespace {

/// Takes the next field off `line`.
std::string_view next_field(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return field;
}

bool is_octal_escape(std::string_view text) {
    return text.size() >= 4 && text[0] == '\\' &&
           std::ranges::all_of(text.substr(1, 3), [](char c) { return c >= '0' && c <= '7'; });
}

std::string unescape(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        if (is_octal_escape(text)) {
            const int value = (text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0');
            bytes.push_back(static_cast<char>(value));
            text.remove_prefix(4);
        } else {
            bytes.push_back(text[0]);
            text.remove_prefix(1);
        }
    }
    return bytes;
}

}  // namespace

Mount mount_in(std::string_view mountinfo, std::uint64_t mount_id) {
    const std::string id = std::to_string(mount_id);
    while (!mountinfo.empty()) {
        const std::size_t end = std::min(mountinfo.find('\n'), mountinfo.size());
        std::string_view line = mountinfo.substr(0, end);
        mountinfo.remove_prefix(std::min(end + 1, mountinfo.size()));
        if (next_field(line) != id) continue;
        for (int skipped = 0; skipped < 3; ++skipped) next_field(line);  // parent, device, root
        Mount mount{.point = unescape(next_field(line)), .type = {}, .source = {}};
        next_field(line);  // options
        while (!line.empty() && next_field(line) != "-") {
        }
        mount.type = unescape(next_field(line));
        mount.source = unescape(next_field(line));
        return mount;
    }
    return {};
}

std::string mount_point_in(std::string_view mountinfo, std::uint64_t mount_id) {
    return mount_in(mountinfo, mount_id).point;
}

std::string mount_point_of(std::uint64_t mount_id) {
    return mount_point_in(read_small_file("/proc/self/mountinfo"), mount_id);
}

}  // namespace jts::hot_storage::sys
