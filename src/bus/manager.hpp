/// The root object: converts, asks for authorisation, hands the work to the engine, and converts
/// back. It decides nothing else.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/actions.hpp"
#include "bus/reply.hpp"
#include "dbus/hot_storage_adaptor.hpp"
#include "engine/executor.hpp"
#include "engine/ports.hpp"
#include "engine/storage.hpp"

namespace jts::hot_storage::bus {

inline constexpr const char* bus_name = "org.jts.HotStorage1";
inline constexpr const char* root_path = "/org/jts/HotStorage1";

class Manager final : public sdbus::AdaptorInterfaces<org::jts::HotStorage1_adaptor> {
  public:
    /// All references must outlive the manager and every task of the executor.
    Manager(sdbus::IConnection& connection, engine::Storage& storage,
            engine::Authorizer& authorizer, engine::Executor& executor);
    ~Manager();

  private:
    template <typename... Out>
    using ReplyPointer = std::shared_ptr<Reply<Out...>>;

    /// A caller whom polkit let in.
    struct Granted {
        engine::Requester requester;
        bool may_see_names = false;  ///< of entries below declared directories
    };
    using GrantedHandler = std::function<void(const Granted&)>;

    void GetLayout(sdbus::Result<std::string>&& result, Dict options) override;
    void Plan(sdbus::Result<std::string, std::vector<Dict>>&& result,
              std::vector<std::string> services, Dict options) override;
    void Provision(sdbus::Result<Dict>&& result, std::vector<std::string> services,
                   Dict options) override;
    std::string Version() override;
    std::string BasePath() override;
    std::string LayoutDigest() override;
    std::string Health() override;

    /// One road for every method: `parse` checks the arguments' syntax and returns the work,
    /// frozen; polkit is asked; the work runs on a lane. Whatever is thrown on the way is the
    /// answer.
    template <typename Parse, typename... Out>
    void serve(Method method, sdbus::Result<Out...>&& result, engine::Lane& lane, Parse parse);

    void authorize(Method method, const engine::Caller& caller, GrantedHandler granted,
                   std::function<void(const Error&)> refused);

    void emit_state(const engine::State& state);
    void emit_change(const ProvisionReport& report, const engine::Requester& requester,
                     const std::string& outcome);

    engine::Storage& storage_;
    engine::Authorizer& authorizer_;
    engine::Executor& executor_;
};

}  // namespace jts::hot_storage::bus
