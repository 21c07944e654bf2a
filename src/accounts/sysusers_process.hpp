/// Runs systemd-sysusers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jts::hot_storage::accounts {

struct ProcessResult {
    bool succeeded = false;
    std::string ending;  ///< `exit status 1`, `signal 9`
    std::string output;  ///< stdout and stderr, the first 64 KiB
};

/// Runs `argv` (argv[0] an absolute path) with `input` on stdin and an empty environment: nothing
/// of PATH, LD_* or the locale that this process was started with reaches it. Throws Error(failed)
/// where it cannot be started. The caller ignores SIGPIPE.
ProcessResult run_process(const std::vector<std::string>& argv, std::string_view input);

}  // namespace jts::hot_storage::accounts
