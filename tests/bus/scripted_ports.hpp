/// The outside world of a service in the test's own process.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/ports.hpp"

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

}  // namespace jts::hot_storage::test
