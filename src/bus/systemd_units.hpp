/// systemd's manager, through org.freedesktop.systemd1.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "bus/event_loop.hpp"
#include "engine/ports.hpp"

namespace jts::hot_storage::bus {

/// Both calls block and belong on a worker; the answers arrive on the loop's thread, which must
/// run.
class SystemdUnits final : public engine::Units {
  public:
    explicit SystemdUnits(EventLoop& loop);

    Outcome start(const std::string& unit) override;
    std::vector<UnitFacts> look_up(const std::string& pattern) override;

  private:
    using JobResult = std::shared_ptr<std::promise<std::string>>;

    void on_job_removed(const std::string& job, const std::string& result);
    std::string run_job(const std::string& unit);
    std::string unit_result(const std::string& unit);

    EventLoop& loop_;
    std::unique_ptr<sdbus::IProxy> manager_;
    std::mutex mutex_;
    std::map<std::string, JobResult> jobs_;  ///< started and not yet removed, by object path
};

}  // namespace jts::hot_storage::bus
