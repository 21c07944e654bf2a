/// The whole run: from the layout to one result for each directory that is an account's.
#pragma once

#include <string>
#include <vector>

#include "core/inspection.hpp"
#include "sys/layout_files.hpp"

namespace jts::hot_storage::probe {

/// Where things are; tests put them elsewhere.
struct Host {
    sys::LayoutPaths layout;
    std::string etc = "/etc";
};

/// Probes, in the layout's order, every declared directory that the layout gives to `user`. Throws
/// Error: invalid_args where `user` is no account name, is root or is not the account that this
/// process runs as; invalid_layout; failed.
std::vector<ProbeResult> probe_account(const Host& host, const std::string& user);

}  // namespace jts::hot_storage::probe
