/// The whole run: from the layout and what is there to accounts that are whole and on disk.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "sys/layout_files.hpp"

namespace jts::hot_storage::accounts {

/// Where things are; tests put them elsewhere.
struct Host {
    sys::LayoutPaths layout;
    std::string etc = "/etc";
    std::vector<std::string> sysusers = {"/usr/bin/systemd-sysusers", "-"};
    std::chrono::milliseconds lock_patience{5000};
};

/// What was done: `group:docker`, `user:redis`; repaired: `shadow:redis`.
struct Outcome {
    std::vector<std::string> created;
    std::vector<std::string> repaired;

    bool operator==(const Outcome&) const = default;
};

/// Creates every missing account and group that the layout names for the services (all where
/// empty), and completes half-made ones. Existing ones are neither altered nor deleted. Throws
/// Error: invalid_layout, invalid_args (a service that the layout lacks), account_conflict, busy,
/// failed, no_space.
Outcome create_accounts(const Host& host, const std::vector<std::string>& services);

}  // namespace jts::hot_storage::accounts
