#include "sys/acl.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "sys/acl_codec.hpp"
#include "sys/failure.hpp"

namespace jts::hot_storage::sys {
namespace {

const char* attribute(bool is_default) {
    return is_default ? "system.posix_acl_default" : "system.posix_acl_access";
}

/// ENOTSUP: a file system or mount without ACLs has none.
bool means_none(int error) {
    return error == ENODATA || error == ENOTSUP;
}

std::string read_attribute(int fd, const std::string& path, const char* name) {
    std::string bytes(1024, '\0');
    for (;;) {
        const ssize_t size = ::fgetxattr(fd, name, bytes.data(), bytes.size());
        if (size >= 0) return bytes.substr(0, static_cast<std::size_t>(size));
        if (means_none(errno)) return {};
        if (errno != ERANGE || bytes.size() >= 65536) throw failure("read ACL of", path, errno);
        bytes.resize(bytes.size() * 4);
    }
}

bool says_more_than_mode(const std::vector<AclLine>& lines) {
    return lines.size() > 3;
}

void write_attribute(int fd, const std::string& path, const char* name, std::string_view bytes) {
    if (bytes.empty()) {
        if (::fremovexattr(fd, name) != 0 && !means_none(errno))
            throw failure("remove ACL of", path, errno);
    } else if (::fsetxattr(fd, name, bytes.data(), bytes.size(), 0) != 0) {
        throw failure("set ACL of", path, errno);
    }
}

}  // namespace

std::vector<AclLine> read_acl(int fd, const std::string& path) {
    std::vector<AclLine> lines;
    for (const bool is_default : {false, true}) {
        const std::string bytes = read_attribute(fd, path, attribute(is_default));
        if (bytes.empty()) continue;
        const std::vector<AclLine> read = decode_acl(bytes, is_default);
        if (is_default || says_more_than_mode(read))
            lines.insert(lines.end(), read.begin(), read.end());
    }
    std::ranges::sort(lines);
    return lines;
}

void write_acl(int fd, const std::string& path, const std::vector<AclLine>& lines) {
    for (const bool is_default : {false, true})
        write_attribute(fd, path, attribute(is_default), encode_acl(lines, is_default));
}

}  // namespace jts::hot_storage::sys
