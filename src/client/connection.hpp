/// The connection of a `Client`: the service's and its jobs' generated proxies, and the one place
/// where the bus's errors become ours.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/call_error.hpp"
#include "client/convert.hpp"
#include "client/deadline.hpp"
#include "dbus/hot_storage_job_proxy.hpp"
#include "dbus/hot_storage_proxy.hpp"
#include "jts/hot_storage/client.hpp"

namespace jts::hot_storage::client {

constexpr const char* RootPath = "/org/jts/HotStorage1";
constexpr std::chrono::microseconds ShortCall = std::chrono::seconds(25);  // sd-bus's own default

/// The generated proxies. Their signal handlers are never registered: who waits for signals has a
/// connection of its own (follower.hpp).
class ServiceProxy final : public org::jts::HotStorage1_proxy {
  public:
    explicit ServiceProxy(sdbus::IProxy& proxy) : org::jts::HotStorage1_proxy(proxy) {}

  private:
    void onAlertRaised(const std::string&, const std::string&, const Dictionary&) override {}
    void onAlertCleared(const std::string&, const std::string&, const Dictionary&) override {}
    void onChangeApplied(const std::string&, const Dictionary&) override {}
    void onUsageSampled(const std::map<std::string, Dictionary>&) override {}
};

class JobProxy final : public org::jts::HotStorage1::Job_proxy {
  public:
    explicit JobProxy(sdbus::IProxy& proxy) : org::jts::HotStorage1::Job_proxy(proxy) {}

  private:
    void onFinished(const std::string&) override {}
};

/// Every property of an interface in one round trip, so that they belong together.
Dictionary properties_of(sdbus::IProxy& object, const std::string& interface);

class BusConnection {
  public:
    explicit BusConnection(const ClientOptions& options);

    std::optional<std::chrono::microseconds> timeout() const { return timeout_; }

    /// Another one like it, for a thread of its own. Throws as the constructor.
    std::unique_ptr<sdbus::IConnection> connect_anew() const;

    std::unique_ptr<sdbus::IProxy> object_at(const std::string& path);
    sdbus::IProxy& root() { return *object_; }
    ServiceProxy& service() { return proxy_; }

    /// Runs `call()`, whose bus calls may take `limit` each, nothing = for ever.
    /// `translate_error(const BusError&)` makes the `Error` that is thrown where one fails.
    template <typename Translate, typename Call>
    auto run(std::optional<std::chrono::microseconds> limit, Translate&& translate_error,
             Call&& call) try {
        bus_->setMethodCallTimeout(as_bus_time(limit));
        return call();
    } catch (const sdbus::Error& error) {
        throw translate_error(BusError{error.getName(), error.getMessage()});
    }

    /// A call that is answered at once.
    template <typename Call>
    auto run_short(Call&& call) {
        return run(
            timeout_.value_or(ShortCall),
            [](const BusError& error) { return translate(error, Effect::reads); },
            std::forward<Call>(call));
    }

  private:
    void allow_prompts();

    std::optional<std::chrono::microseconds> timeout_;
    std::string host_;
    std::unique_ptr<sdbus::IConnection> bus_;
    std::unique_ptr<sdbus::IProxy> object_;
    ServiceProxy proxy_;
};

}  // namespace jts::hot_storage::client

namespace jts::hot_storage {

class Client::Connection final : public client::BusConnection {
  public:
    using client::BusConnection::BusConnection;
};

}  // namespace jts::hot_storage
