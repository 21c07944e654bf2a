#include "probe/probe.hpp"

#include <unistd.h>

#include "core/layout_reader.hpp"
#include "core/layout_values.hpp"
#include "core/text.hpp"
#include "jts/hot_storage/error.hpp"
#include "probe/write_probe.hpp"
#include "sys/account_files.hpp"
#include "sys/account_lines.hpp"

namespace jts::hot_storage::probe {
namespace {

[[noreturn]] void refuse(const std::string& user, const std::string& why) {
    throw Error(ErrorCode::invalid_args, "cannot probe for \"" + escape(user) + "\": " + why +
                                             "; start jts-hot-storage-probe@ACCOUNT.service");
}

/// Shadow is neither needed nor readable here.
std::uint32_t uid_of(const std::string& etc, const std::string& user) {
    const auto passwd = sys::read_account_file(etc + "/passwd").value_or("");
    const auto accounts = sys::parse_accounts(passwd, "", "");
    const auto* found = accounts.user(user);
    if (found == nullptr) refuse(user, etc + "/passwd has no such account");
    return found->uid;
}

/// What root may write says nothing about anybody else.
void require_own_account(const std::string& etc, const std::string& user) {
    if (!is_account_name(user)) refuse(user, "that is no account name");
    const auto uid = uid_of(etc, user);
    if (uid == 0) refuse(user, "it is root");
    if (::getuid() != uid || ::geteuid() != uid)
        refuse(user, "this process runs as user " + std::to_string(::geteuid()));
}

Layout trusted_layout(const sys::LayoutPaths& paths) {
    auto result = read_layout(sys::read_layout_files(paths));
    if (result.rejected.empty()) return std::move(result.layout);
    throw Error(ErrorCode::invalid_layout, describe(result.rejected));
}

}  // namespace

std::vector<ProbeResult> probe_account(const Host& host, const std::string& user) {
    require_own_account(host.etc, user);
    const auto layout = trusted_layout(host.layout);
    std::vector<ProbeResult> results;
    for (const auto& service : layout.services) {
        for (const auto& directory : service.directories) {
            if (directory.owner != user) continue;
            results.push_back(probe_directory({service.name, directory.name},
                                              path_of(layout, service, directory)));
        }
    }
    return results;
}

}  // namespace jts::hot_storage::probe
