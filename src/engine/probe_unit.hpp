/// The write probe, run by the unit jts-hot-storage-probe@ACCOUNT.service as the account itself.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/inspection.hpp"
#include "engine/ports.hpp"

namespace jts::hot_storage::engine {

/// Thread-safe: one probe at a time, because two runs of one unit would share its answer.
class ProbeUnit {
  public:
    /// `runtime`: where systemd puts the units' answers.
    explicit ProbeUnit(Units& units, std::string runtime = "/run/jts-hot-storage")
        : units_(units), runtime_(std::move(runtime)) {}

    /// One result for each of `directories`, in their order, whatever becomes of the unit: what the
    /// probe found, or ETIMEDOUT where it did not end in time, or else `probe-failed`. Blocks;
    /// workers only. Throws Error(invalid_args) where `user` is no account name or is root.
    std::vector<ProbeResult> run(const std::string& user,
                                 const std::vector<DirectoryKey>& directories);

  private:
    std::vector<ProbeResult> results_of(const std::string& unit);

    Units& units_;
    const std::string runtime_;
    std::mutex mutex_;
};

}  // namespace jts::hot_storage::engine
