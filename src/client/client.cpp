#include "jts/hot_storage/client.hpp"

#include <systemd/sd-bus.h>

#include <limits>
#include <utility>

#include "bus/compat.hpp"
#include "client/call_error.hpp"
#include "client/convert.hpp"
#include "dbus/hot_storage_proxy.hpp"

namespace jts::hot_storage {

namespace {

using client::BusError;
using client::Dictionary;
using client::Effect;

constexpr std::chrono::microseconds ShortCall = std::chrono::seconds(25);  // sd-bus's own default
constexpr std::chrono::microseconds NoLimit = std::chrono::microseconds::max();

/// sdbus-c++ has no API for the ALLOW_INTERACTIVE_AUTHORIZATION flag; a message leads to the
/// connection, and sd-bus then sets the flag on every call that is made there.
class PromptingCall : public sdbus::MethodCall {
  public:
    explicit PromptingCall(sdbus::MethodCall call) : sdbus::MethodCall(std::move(call)) {}

    void allow_prompts_on_connection() const {
        auto* bus = sd_bus_message_get_bus(static_cast<sd_bus_message*>(msg_));
        const int result = sd_bus_set_allow_interactive_authorization(bus, 1);
        if (result < 0) throw sdbus::createError(-result, "cannot allow password prompts");
    }
};

/// The generated proxy. Its signal handlers are never registered: nobody waits for signals here.
class Proxy final : public org::jts::HotStorage1_proxy {
  public:
    explicit Proxy(sdbus::IProxy& proxy) : org::jts::HotStorage1_proxy(proxy) {}

  private:
    void onChangeApplied(const std::string&, const Dictionary&) override {}
};

BusError bus_error(const sdbus::Error& error) {
    return {error.getName(), error.getMessage()};
}

std::unique_ptr<sdbus::IConnection> connect() try {
    return sdbus::createSystemBusConnection();
} catch (const sdbus::Error& error) {
    throw client::no_bus(bus_error(error));
}

std::uint64_t as_bus_timeout(std::chrono::microseconds timeout) {
    if (timeout == NoLimit) return std::numeric_limits<std::uint64_t>::max();
    return static_cast<std::uint64_t>(timeout.count());
}

}  // namespace

class Client::Connection {
  public:
    explicit Connection(const ClientOptions& options)
        : timeout_(options.timeout),
          bus_(connect()),
          object_(sdbus::createProxy(*bus_, bus::compat::ServiceName("org.jts.HotStorage1"),
                                     bus::compat::ObjectPath("/org/jts/HotStorage1"))),
          proxy_(*object_) {
        if (options.allow_prompts) allow_prompts();
    }

    /// Runs `call(proxy)`, with `fallback` for a time limit where the options name none.
    template <typename Call>
    auto run(Effect effect, std::chrono::microseconds fallback, Call&& call) try {
        bus_->setMethodCallTimeout(as_bus_timeout(timeout_.value_or(fallback)));
        return call(proxy_);
    } catch (const sdbus::Error& error) {
        throw client::translate(bus_error(error), effect);
    }

    /// Every property of the interface in one round trip, so that they belong together.
    Dictionary properties() {
        Dictionary values;
        object_->callMethod("GetAll")
            .onInterface("org.freedesktop.DBus.Properties")
            .withArguments(std::string(Proxy::INTERFACE_NAME))
            .storeResultsTo(values);
        return values;
    }

  private:
    void allow_prompts() {
        auto call =
            object_->createMethodCall(bus::compat::InterfaceName("org.freedesktop.DBus.Peer"),
                                      bus::compat::MethodName("Ping"));
        PromptingCall(std::move(call)).allow_prompts_on_connection();
    }

    std::optional<std::chrono::microseconds> timeout_;
    std::unique_ptr<sdbus::IConnection> bus_;
    std::unique_ptr<sdbus::IProxy> object_;
    Proxy proxy_;
};

Client::Client(const ClientOptions& options) : connection_(std::make_unique<Connection>(options)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

ServiceStatus Client::status() {
    return client::to_status(connection_->run(
        Effect::reads, ShortCall, [this](Proxy&) { return connection_->properties(); }));
}

std::string Client::layout_document() {
    return connection_->run(Effect::reads, ShortCall,
                            [](Proxy& proxy) { return proxy.GetLayout({}); });
}

PlanReport Client::plan(const std::vector<std::string>& services) {
    const auto [digest, changes] = connection_->run(
        Effect::reads, NoLimit, [&](Proxy& proxy) { return proxy.Plan(services, {}); });
    return client::to_plan(digest, changes);
}

ProvisionReport Client::provision(const std::vector<std::string>& services,
                                  const std::string& plan_digest) {
    Dictionary options;
    if (!plan_digest.empty()) options.emplace("plan_digest", sdbus::Variant(plan_digest));
    return client::to_provision(connection_->run(Effect::changes, NoLimit, [&](Proxy& proxy) {
        return proxy.Provision(services, options);
    }));
}

}  // namespace jts::hot_storage
