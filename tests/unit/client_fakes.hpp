/// A console and a service in memory, for tests of jts-storage's commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/run.hpp"

namespace jts::hot_storage::client {

class RecordingConsole final : public Console {
  public:
    void data(std::string_view text) override {
        if (broken) throw Error(ErrorCode::failed, "cannot write to standard output: Broken pipe");
        out += text;
    }
    void remark(std::string_view text) override { err += text; }
    bool data_on_terminal() const override { return terminal; }
    bool remarks_on_terminal() const override { return terminal; }
    bool interactive() const override { return terminal; }
    bool confirm(std::string_view question) override {
        questions.emplace_back(question);
        return answer;
    }

    bool terminal = false;
    bool answer = false;
    bool broken = false;
    std::string out, err;
    std::vector<std::string> questions;
};

/// What the fake service answers, and what it was asked.
struct Script {
    ServiceStatus status_answer{"1.2", "/data/jts/hot", "abc", "ok"};
    std::string document = R"({"layout": {"base": "/b", "services": {}}, "sources": {}})";
    PlanReport plan_answer;
    ProvisionReport provision_answer;
    std::optional<Error> failure;

    std::vector<std::string> calls;
    std::vector<std::string> services;
    std::string digest;
    ClientOptions options;
};

class ScriptedService final : public Service {
  public:
    explicit ScriptedService(Script& script) : script_(script) {}

    ServiceStatus status() override { return record("status"), script_.status_answer; }
    std::string layout_document() override { return record("layout"), script_.document; }
    PlanReport plan(const std::vector<std::string>& services) override {
        script_.services = services;
        return record("plan"), script_.plan_answer;
    }
    ProvisionReport provision(const std::vector<std::string>& services,
                              const std::string& digest) override {
        script_.services = services;
        script_.digest = digest;
        return record("provision"), script_.provision_answer;
    }

  private:
    void record(const char* call) {
        script_.calls.emplace_back(call);
        if (script_.failure) throw Error(*script_.failure);
    }

    Script& script_;
};

/// One run of jts-storage: `rig({"plan", "redis"})`.
struct Rig {
    RecordingConsole console;
    Script script;

    int operator()(const std::vector<std::string>& arguments) {
        return static_cast<int>(run(arguments, console, [this](const ClientOptions& options) {
            script.options = options;
            return std::make_unique<ScriptedService>(script);
        }));
    }
};

inline Change mode_change(const std::string& subject) {
    return {ChangeKind::set_mode, "redis", subject, "0777", "0750", 0, {}};
}

}  // namespace jts::hot_storage::client
