/// The root object: converts, asks for authorisation, hands the work to the engine, and converts
/// back. It decides nothing else.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/event_loop.hpp"
#include "bus/gate.hpp"
#include "bus/reply.hpp"
#include "bus/service_objects.hpp"
#include "bus/usage_answer.hpp"
#include "dbus/hot_storage_adaptor.hpp"
#include "engine/changes.hpp"
#include "engine/executor.hpp"
#include "engine/history.hpp"
#include "engine/jobs.hpp"
#include "engine/reads.hpp"
#include "engine/watch.hpp"

namespace jts::hot_storage::bus {

inline constexpr const char* bus_name = "org.jts.HotStorage1";
inline constexpr const char* root_path = "/org/jts/HotStorage1";

class Manager final
    : public sdbus::AdaptorInterfaces<org::jts::HotStorage1_adaptor, sdbus::ObjectManager_adaptor> {
  public:
    /// All references must outlive the manager and every task and alarm.
    Manager(EventLoop& loop, engine::Storage& storage, engine::Reads& reads,
            engine::Changes& changes, engine::History& history, engine::Watch& watch,
            engine::Jobs& jobs, Gate& gate, engine::Executor& executor, engine::Alarms& alarms);
    ~Manager();

    /// Shows the services that are known so far; before the first call.
    void show_services() { services_.show(storage_.state()->services); }

    /// Begins the job that finishes what a crash interrupted.
    void begin_recovery();

  private:
    void GetLayout(sdbus::Result<std::string>&& result, Dict options) override;
    void Plan(sdbus::Result<std::string, std::vector<Dict>>&& result,
              std::vector<std::string> services, Dict options) override;
    void Provision(sdbus::Result<Dict>&& result, std::vector<std::string> services,
                   Dict options) override;
    void Validate(sdbus::Result<Dict>&& result, std::vector<std::string> services,
                  Dict options) override;
    void GetUsage(sdbus::Result<std::map<std::string, Dict>, std::vector<Dict>>&& result,
                  std::vector<std::string> services, Dict options) override;
    void GetHistory(sdbus::Result<std::vector<HistoryStruct>>&& result, std::string service,
                    uint64_t since, uint64_t until, Dict options) override;
    void Sample(sdbus::Result<Dict>&& result, Dict options) override;
    void ListChanges(sdbus::Result<std::vector<Dict>>&& result, Dict options) override;
    void Rollback(sdbus::Result<Dict>&& result, std::string change_id, Dict options) override;
    std::string Version() override;
    std::string BasePath() override;
    std::string LayoutDigest() override;
    std::string Health() override;
    std::vector<Dict> Alerts() override;

    /// What a call asks of polkit: the method's action, and wishes beside it.
    struct Need {
        std::string action;
        Wishes wishes;
    };
    template <typename... Out>
    using ReplyPointer = std::shared_ptr<Reply<Out...>>;

    /// The road of every method: `parse` checks the arguments' syntax and returns what is needed
    /// and what is done with a granted call, frozen; then polkit is asked. Whatever is thrown on
    /// the way is the answer.
    template <typename Parse, typename... Out>
    void serve(Method method, const ReplyPointer<Out...>& reply, Parse parse);

    /// Makes the call a job: `begin` starts its work; the call is answered at its end, or told to
    /// look for it later when `wait` is over.
    template <typename... Out>
    void run_as_job(Method method, const ReplyPointer<Out...>& reply, const Granted& who,
                    std::chrono::microseconds wait,
                    const std::function<void(const std::shared_ptr<engine::Job>&)>& begin);

    /// Runs it on the lane; what changes something, on that of changes. `change` returns the job's
    /// result.
    using Change = std::function<engine::JobResult(const engine::ChangeCall&)>;
    void begin_change(engine::Lane& lane, const std::shared_ptr<engine::Job>& job,
                      const Granted& who, Change change);

    void emit_state();
    void emit_change(const engine::ChangeEnd& end);
    void emit_sample(const UsageReport& usage);
    void emit_alert(const AlertEvent& event);

    EventLoop& loop_;
    engine::Storage& storage_;
    engine::Reads& reads_;
    engine::Changes& changes_;
    engine::History& history_;
    engine::Jobs& jobs_;
    Gate& gate_;
    engine::Executor& executor_;
    engine::Alarms& alarms_;
    ServiceObjects services_;
    UsageAnswer usage_answer_;  ///< of counts that are known already; on the loop's thread only
    /// What was signalled last; on the alarms' thread only.
    std::shared_ptr<const engine::State> shown_ = std::make_shared<engine::State>();
};

}  // namespace jts::hot_storage::bus
