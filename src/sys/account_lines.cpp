#include "sys/account_lines.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "sys/failure.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{16} << 20;

bool names_somebody(std::string_view line) {
    return !line.empty() && std::string_view("#+-:").find(line.front()) == std::string_view::npos;
}

std::string read_to_end(int fd, const std::string& path) {
    std::string text;
    std::string buffer(std::size_t{64} << 10, '\0');
    while (text.size() <= max_file_bytes) {
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw failure("read", path, errno);
        if (count == 0) return text;
        text.append(buffer, 0, static_cast<std::size_t>(count));
    }
    throw failure("read", path, EFBIG);
}

}  // namespace

AccountFields split(std::string_view text, char separator) {
    AccountFields parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::vector<AccountFields> account_lines(std::string_view text, std::size_t least) {
    std::vector<AccountFields> lines;
    for (auto line : split(text, '\n')) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (!names_somebody(line)) continue;
        auto fields = split(line, ':');
        if (fields.size() >= least) lines.push_back(std::move(fields));
    }
    return lines;
}

std::optional<std::string_view> password_field(std::string_view text, std::string_view name) {
    for (const auto& fields : account_lines(text, 2)) {
        if (fields[0] == name) return fields[1];
    }
    return std::nullopt;
}

bool is_locked(std::string_view password) {
    return !password.empty() && (password.front() == '!' || password.front() == '*');
}

std::optional<std::string> read_account_file(const std::string& path) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd) throw failure("open", path, errno);
    return read_to_end(fd.get(), path);
}

}  // namespace jts::hot_storage::sys
