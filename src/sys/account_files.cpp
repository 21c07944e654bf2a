#include "sys/account_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_map>

#include "sys/failure.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{16} << 20;

using Fields = std::vector<std::string_view>;

Fields split(std::string_view text, char separator) {
    Fields parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// Comments, blanks and NIS compatibility lines (`+`, `-`) name nobody.
bool names_somebody(std::string_view line) {
    return !line.empty() && std::string_view("#+-:").find(line.front()) == std::string_view::npos;
}

/// Calls `use` with the fields of each line that has at least `least` of them.
template <typename Use>
void for_each_line(std::string_view text, std::size_t least, Use use) {
    for (auto line : split(text, '\n')) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (!names_somebody(line)) continue;
        const auto fields = split(line, ':');
        if (fields.size() >= least) use(fields);
    }
}

/// Digits alone; 2³²−1 is nobody's id, because chown reads it as "leave as it is".
std::optional<std::uint32_t> parse_id(std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (id == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return id;
}

std::string field(const Fields& fields, std::size_t index) {
    return index < fields.size() ? std::string(fields[index]) : std::string();
}

User::Password judge(std::string_view password) {
    const bool locked = !password.empty() && (password.front() == '!' || password.front() == '*');
    return locked ? User::Password::locked : User::Password::usable;
}

using Passwords = std::unordered_map<std::string_view, User::Password>;

Passwords passwords_of(std::string_view shadow) {
    Passwords passwords;
    for_each_line(shadow, 2, [&](const Fields& fields) {
        passwords.try_emplace(fields[0], judge(fields[1]));
    });
    return passwords;
}

/// pam_unix looks into shadow only where passwd says `x`, and takes passwd's own field otherwise.
User::Password password_of(const Fields& passwd_line, const Passwords& shadow) {
    if (passwd_line[1] != "x") return judge(passwd_line[1]);
    const auto found = shadow.find(passwd_line[0]);
    return found == shadow.end() ? User::Password::missing : found->second;
}

std::vector<std::string> members_of(std::string_view list) {
    std::vector<std::string> members;
    for (const auto name : split(list, ',')) {
        if (!name.empty()) members.emplace_back(name);
    }
    return members;
}

std::string read_up_to(int fd, std::size_t limit, const std::string& path) {
    std::string text;
    std::string buffer(std::size_t{64} << 10, '\0');
    while (text.size() <= limit) {
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw failure("read", path, errno);
        if (count == 0) return text;
        text.append(buffer, 0, static_cast<std::size_t>(count));
    }
    throw failure("read", path, EFBIG);
}

/// Nothing where the file does not exist.
std::optional<std::string> read_if_present(const std::string& path) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd) throw failure("open", path, errno);
    return read_up_to(fd.get(), max_file_bytes, path);
}

std::string read_required(const std::string& path) {
    auto text = read_if_present(path);
    if (!text) throw failure("open", path, ENOENT);
    return *std::move(text);
}

bool has_line(std::string_view text, std::string_view name) {
    bool found = false;
    for_each_line(text, 2, [&](const Fields& fields) { found = found || fields[0] == name; });
    return found;
}

void find_user_defects(const AccountDatabase& accounts, const std::string& name,
                       std::string_view shadow, std::vector<std::string>& defects) {
    const auto* user = accounts.user(name);
    if (!user) {
        if (has_line(shadow, name))
            defects.push_back("shadow has a line for " + name + ", passwd has none");
        return;
    }
    if (user->password == User::Password::missing)
        defects.push_back("passwd has a line for " + name + ", shadow has none");
    if (!accounts.group(user->gid))
        defects.push_back("the primary group of " + name + ", id " + std::to_string(user->gid) +
                          ", does not exist");
}

void find_group_defects(const AccountDatabase& accounts, const std::string& name,
                        std::string_view gshadow, std::vector<std::string>& defects) {
    const bool in_group = accounts.group(name) != nullptr;
    const bool in_gshadow = has_line(gshadow, name);
    if (in_group && !in_gshadow)
        defects.push_back("group has a line for " + name + ", gshadow has none");
    if (!in_group && in_gshadow)
        defects.push_back("gshadow has a line for " + name + ", group has none");
}

}  // namespace

AccountDatabase parse_accounts(std::string_view passwd, std::string_view group,
                               std::string_view shadow) {
    AccountDatabase accounts;
    const auto passwords = passwords_of(shadow);
    for_each_line(passwd, 4, [&](const Fields& fields) {
        const auto uid = parse_id(fields[2]);
        const auto gid = parse_id(fields[3]);
        if (!uid || !gid) return;
        accounts.users.push_back({.name = field(fields, 0),
                                  .uid = *uid,
                                  .gid = *gid,
                                  .home = field(fields, 5),
                                  .shell = field(fields, 6),
                                  .password = password_of(fields, passwords)});
    });
    for_each_line(group, 3, [&](const Fields& fields) {
        const auto gid = parse_id(fields[2]);
        if (!gid) return;
        accounts.groups.push_back(
            {.name = field(fields, 0), .gid = *gid, .members = members_of(field(fields, 3))});
    });
    return accounts;
}

AccountDatabase read_accounts(const std::string& etc) {
    const auto passwd = read_required(etc + "/passwd");
    const auto group = read_required(etc + "/group");
    const auto shadow = read_if_present(etc + "/shadow").value_or("");
    return parse_accounts(passwd, group, shadow);
}

std::vector<std::string> account_defects(const std::string& name, const std::string& etc) {
    std::vector<std::string> defects;
    const auto shadow = read_if_present(etc + "/shadow").value_or("");
    const auto accounts =
        parse_accounts(read_required(etc + "/passwd"), read_required(etc + "/group"), shadow);
    find_user_defects(accounts, name, shadow, defects);
    if (const auto gshadow = read_if_present(etc + "/gshadow"))
        find_group_defects(accounts, name, *gshadow, defects);
    return defects;
}

}  // namespace jts::hot_storage::sys
