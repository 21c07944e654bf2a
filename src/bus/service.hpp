/// The whole service on one connection: what is wired together whoever supplies the outside world.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <utility>

#include "bus/event_loop.hpp"
#include "bus/gate.hpp"
#include "bus/job_objects.hpp"
#include "bus/manager.hpp"
#include "engine/alarms.hpp"
#include "engine/changes.hpp"
#include "engine/executor.hpp"
#include "engine/history.hpp"
#include "engine/jobs.hpp"
#include "engine/probe_unit.hpp"
#include "engine/reads.hpp"
#include "engine/storage.hpp"
#include "engine/surveys.hpp"
#include "engine/system_clock.hpp"
#include "engine/watch.hpp"
#include "sys/layout_files.hpp"

namespace jts::hot_storage::bus {

class Service {
  public:
    /// All references must outlive the service. Its objects are on the bus from here on.
    Service(EventLoop& loop, engine::Accounts& accounts, engine::Units& units,
            engine::Authorizer& authorizer, sys::LayoutPaths layout = {},
            engine::Journal journal = engine::Journal())
        : layouts_(std::move(layout)),
          probe_(units),
          storage_(accounts, layouts_),
          changes_(storage_, surveys_, accounts, clock_, std::move(journal)),
          reads_(storage_, surveys_, executor_, units, probe_, changes_, watch_),
          gate_(authorizer),
          job_objects_(loop, gate_, alarms_),
          manager_(loop, storage_, reads_, changes_, history_, watch_, jobs_, gate_, executor_,
                   alarms_) {
        jobs_.show_on(job_objects_);
        is_interrupted_ = changes_.find_interrupted();
        storage_.show_layout();
        watch_.recall();
        manager_.show_services();
    }
    ~Service() { shut_down(); }
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Once the name is taken and the loop about to run: looks at the host for the first time,
    /// learns from the history, and finishes what a crash interrupted.
    void begin() {
        executor_.inspections.submit(0, [this](std::stop_token) { watch_.learn(); });
        if (is_interrupted_) return manager_.begin_recovery();
        executor_.looks.submit(0, [this](std::stop_token) { storage_.refresh_state(); });
    }

    /// Answers every open call. While the loop still runs, which carries the last answers.
    /// Idempotent.
    void shut_down() {
        // Before its job is cancelled, so that a change knows that it is the service that ends.
        executor_.changes.ask_to_stop();
        jobs_.shut_down();
        executor_.shut_down();
        alarms_.shut_down();
    }

  private:
    engine::SystemClock clock_;
    engine::LayoutStore layouts_;
    engine::ProbeUnit probe_;
    engine::Alarms alarms_;
    engine::Executor executor_;
    engine::Surveys surveys_{executor_.walks, clock_};
    engine::Storage storage_;
    engine::Changes changes_;
    engine::History history_{clock_};
    engine::Watch watch_{storage_, history_, clock_};
    engine::Reads reads_;
    engine::Jobs jobs_{alarms_, clock_};
    Gate gate_;
    JobObjects job_objects_;
    Manager manager_;
    bool is_interrupted_ = false;
};

}  // namespace jts::hot_storage::bus
