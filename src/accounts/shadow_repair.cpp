#include "accounts/shadow_repair.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <ctime>
#include <optional>

#include "accounts/durable.hpp"
#include "sys/account_files.hpp"
#include "sys/account_lines.hpp"
#include "sys/failure.hpp"
#include "sys/fd.hpp"

namespace jts::hot_storage::accounts {
namespace {

/// Days since 1970, as shadow(5) counts them; 0 would mean "must change the password".
std::string today() {
    constexpr std::time_t seconds_per_day = 86400;
    return std::to_string(std::time(nullptr) / seconds_per_day);
}

/// One of the two shadow files, with the lines that are to be added.
struct Addition {
    const char* file;
    std::string lines;
    std::vector<std::string> added;

    void add(const std::string& name, const std::string& rest) {
        lines += name + ":!*:" + rest + "\n";
        added.push_back(std::string(file) + ":" + name);
    }
};

Addition missing_users(const AccountDatabase& database, const std::vector<std::string>& names) {
    Addition addition{"shadow", {}, {}};
    for (const auto& name : names) {
        const auto* user = database.user(name);
        if (user && user->password == User::Password::missing)
            addition.add(name, today() + "::::::");
    }
    return addition;
}

Addition missing_groups(const AccountDatabase& database, const std::string& gshadow,
                        const std::vector<std::string>& names) {
    Addition addition{"gshadow", {}, {}};
    for (const auto& name : names) {
        if (database.group(name) && !sys::password_field(gshadow, name)) addition.add(name, ":");
    }
    return addition;
}

void apply(const std::string& etc, const Addition& addition, std::string text) {
    if (addition.added.empty()) return;
    if (!text.empty() && text.back() != '\n') text += '\n';
    replace_file(etc, addition.file, text + addition.lines);
}

}  // namespace

std::vector<std::string> add_missing_shadow_lines(const std::string& etc,
                                                  const std::vector<std::string>& users,
                                                  const std::vector<std::string>& groups) {
    const auto database = sys::read_accounts(etc);
    std::vector<std::string> added;
    if (const auto shadow = sys::read_account_file(etc + "/shadow")) {
        const auto addition = missing_users(database, users);
        apply(etc, addition, *shadow);
        added = addition.added;
    }
    if (const auto gshadow = sys::read_account_file(etc + "/gshadow")) {
        const auto addition = missing_groups(database, *gshadow, groups);
        apply(etc, addition, *gshadow);
        added.insert(added.end(), addition.added.begin(), addition.added.end());
    }
    return added;
}

void refuse_leftover_password(const std::string& etc, const std::string& user) {
    const auto shadow = sys::read_account_file(etc + "/shadow").value_or("");
    const auto password = sys::password_field(shadow, user);
    if (!password || sys::is_locked(*password)) return;
    throw Error(ErrorCode::account_conflict,
                etc + "/shadow has a usable password for " + user +
                    ", whom passwd lacks; remove that line (pwck finds it), then try again");
}

}  // namespace jts::hot_storage::accounts
