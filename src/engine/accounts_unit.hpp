/// Accounts, created by the units jts-hot-storage-accounts.service and …-accounts@SERVICE.service,
/// because the daemon itself may not write to /etc.
#pragma once

#include <string>
#include <vector>

#include "engine/ports.hpp"

namespace jts::hot_storage::engine {

class AccountsUnit : public Accounts {
  public:
    /// `runtime`: where systemd puts the units' answers; `etc`: where the databases are.
    explicit AccountsUnit(Units& units, std::string runtime = "/run/jts-hot-storage",
                          std::string etc = "/etc")
        : units_(units), runtime_(std::move(runtime)), etc_(std::move(etc)) {}

    AccountDatabase read() override;

    /// One unit for all services, or one after the other for each named one. What they answer is
    /// relayed, never relied on: read the databases again afterwards.
    void create(const std::vector<std::string>& services) override;

  private:
    void run(const std::string& unit);

    Units& units_;
    const std::string runtime_;
    const std::string etc_;
};

}  // namespace jts::hot_storage::engine
