#include "engine/probe_unit.hpp"

#include <algorithm>

#include "core/layout_values.hpp"
#include "core/text.hpp"
#include "engine/helper_answer.hpp"
#include "engine/probe_answer.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::engine {
namespace {

/// Why there is no answer: the same for every directory.
struct NoAnswer {
    std::string error;
    std::string reason;
};

/// An account name needs no systemd-escape(1): the unit takes the instance as it stands (%i), and
/// `-` is a `/` only to who unescapes it (%I).
std::string probe_unit_for(const std::string& user) {
    if (!is_account_name(user))
        throw Error(ErrorCode::invalid_args, "\"" + escape(user) + "\" is no account name");
    if (user == "root")
        throw Error(ErrorCode::invalid_args, "root is not probed: it may write everywhere");
    return "jts-hot-storage-probe@" + user + ".service";
}

void require_ended_well(const std::string& unit, const Units::Outcome& outcome) {
    if (outcome.unit_result == "timeout" || outcome.job_result == "timeout")
        throw NoAnswer{"ETIMEDOUT",
                       "the probe did not end within its time; a process of the account may have "
                       "stopped it"};
    if (outcome.job_result == "done") return;
    throw NoAnswer{"probe-failed", unit + " ended with job result " + escape(outcome.job_result) +
                                       ", unit result " + escape(outcome.unit_result) +
                                       "; journalctl -u " + unit + " says why"};
}

ProbeResult found_in(const std::vector<ProbeResult>& results, const DirectoryKey& directory,
                     const std::string& unit) {
    const auto found = std::ranges::find(results, directory, &ProbeResult::directory);
    if (found != results.end()) return *found;
    return {directory, "probe-failed", "the answer of " + unit + " leaves it out", 0};
}

}  // namespace

std::vector<ProbeResult> ProbeUnit::results_of(const std::string& unit) {
    try {
        std::lock_guard lock(mutex_);
        remove_helper_answer(runtime_, unit);
        require_ended_well(unit, units_.start(unit));
        return parse_probe_answer(read_helper_answer(runtime_, unit));
    } catch (const Error& error) {
        throw NoAnswer{"probe-failed", error.what()};
    }
}

std::vector<ProbeResult> ProbeUnit::run(const std::string& user,
                                        const std::vector<DirectoryKey>& directories) {
    const auto unit = probe_unit_for(user);
    std::vector<ProbeResult> answered;
    try {
        const auto results = results_of(unit);
        for (const auto& directory : directories)
            answered.push_back(found_in(results, directory, unit));
    } catch (const NoAnswer& none) {
        for (const auto& directory : directories)
            answered.push_back({directory, none.error, none.reason, 0});
    }
    return answered;
}

}  // namespace jts::hot_storage::engine
