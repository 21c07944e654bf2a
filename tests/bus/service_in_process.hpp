/// A service in the test's own process, on the world's bus, and the outside world that it has.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bus/compat.hpp"
#include "bus/service.hpp"
#include "engine/ports.hpp"
#include "support/bus_host.hpp"

namespace jts::hot_storage::test {

/// Runs whatever the test has put in.
struct ScriptedAccounts final : engine::Accounts {
    AccountDatabase read() override {
        on_read();
        return {};
    }
    void create(const std::vector<std::string>&) override {}

    std::function<void()> on_read = [] {};
};

/// A systemd that knows no unit and starts none.
struct NoUnits final : engine::Units {
    Outcome start(const std::string&) override { return {"failed", "exit-code"}; }
    std::vector<UnitFacts> look_up(const std::string&) override { return {}; }
};

struct ScriptedAuthorizer final : engine::Authorizer {
    void authorize(const engine::Caller&, const std::string&,
                   std::function<void(Decision)> done) override {
        on_question(done);
    }

    static void grant(const std::function<void(Decision)>& done) {
        done({Verdict::granted, 0, "scripted"});
    }
    std::function<void(std::function<void(Decision)>)> on_question = grant;
};

class ServiceInProcess : public ::testing::Test {
  protected:
    ServiceInProcess() {
        connection_->requestName(bus::compat::ServiceName(bus::bus_name));
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~ServiceInProcess() override {
        service_.shut_down();
        loop_.leave();
        thread_.join();
    }

    BusHost host_;
    std::unique_ptr<sdbus::IConnection> connection_ = sdbus::createSystemBusConnection();
    ScriptedAccounts accounts_;
    NoUnits units_;
    ScriptedAuthorizer authorizer_;
    bus::EventLoop loop_{*connection_};
    bus::Service service_{loop_, accounts_, units_, authorizer_};
    std::thread thread_;
};

}  // namespace jts::hot_storage::test
