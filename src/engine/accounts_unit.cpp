#include "engine/accounts_unit.hpp"

#include "core/layout.hpp"
#include "core/text.hpp"
#include "engine/helper_answer.hpp"
#include "jts/hot_storage/error.hpp"
#include "sys/account_files.hpp"

namespace jts::hot_storage::engine {
namespace {

/// A service name needs no systemd-escape(1); nothing else ever becomes part of a unit's name.
std::string unit_for(const std::string& service) {
    if (!is_service_name(service))
        throw Error(ErrorCode::invalid_args, "\"" + escape(service) + "\" is no service name");
    return "jts-hot-storage-accounts@" + service + ".service";
}

/// The unit's time limit is met by one thing only: systemd-sysusers waiting for the lock.
void require_done(const std::string& unit, const Units::Outcome& outcome) {
    if (outcome.unit_result == "timeout" || outcome.job_result == "timeout")
        throw Error(ErrorCode::busy,
                    "the accounts databases stayed locked by another program "
                    "(/etc/.pwd.lock); try again when it has ended");
    if (outcome.job_result != "done")
        throw Error(ErrorCode::failed, "cannot create accounts: " + unit +
                                           " ended with job result " + escape(outcome.job_result) +
                                           ", unit result " + escape(outcome.unit_result) +
                                           "; journalctl -u " + unit + " says why");
}

}  // namespace

AccountDatabase AccountsUnit::read() {
    return sys::read_accounts(etc_);
}

void AccountsUnit::create(const std::vector<std::string>& services) {
    if (services.empty()) run("jts-hot-storage-accounts.service");
    for (const auto& service : services) run(unit_for(service));
}

void AccountsUnit::run(const std::string& unit) {
    remove_helper_answer(runtime_, unit);
    require_done(unit, units_.start(unit));
    parse_helper_answer(read_helper_answer(runtime_, unit));
}

}  // namespace jts::hot_storage::engine
