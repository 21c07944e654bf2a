/// A console and a service in memory, for tests of jts-storage's commands.
#pragma once

#include <map>
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
    std::size_t data_width() const override { return width; }
    std::size_t remarks_width() const override { return width; }
    bool interactive() const override { return terminal; }
    void offer_passwords() override { ++offers; }
    bool pause(std::chrono::milliseconds) override { return pauses-- > 0; }
    bool confirm(std::string_view question) override {
        questions.emplace_back(question);
        return answer;
    }

    bool terminal = false;
    std::size_t width = 0;
    int offers = 0;  ///< of an agent for passwords
    int pauses = 0;  ///< until it is time to end
    bool answer = false;
    bool broken = false;
    std::string out, err;
    std::vector<std::string> questions;
};

/// What the fake service answers, and what it was asked.
struct Script {
    ServiceStatus status_answer{"1.2", "/data/jts/hot", "abc", "ok"};
    int looks_before_health = 0;  ///< until then it is `unknown`
    std::string document =
        R"({"layout": {"base": "/b", "services": {"redis": {"thresholds": {"warning_percent": 80}}},
            "filesystem_thresholds": {"warning_percent": 85}}, "sources": {}})";
    PlanReport plan_answer;
    ProvisionReport provision_answer;
    std::vector<AppliedChange> changes_answer;
    RollbackReport rollback_answer;
    ValidationReport validation_answer;
    UsageReport usage_answer;
    SampleReport sample_answer;
    std::map<std::string, std::vector<HistoryPoint>> history_answer;
    std::vector<JobStatus> jobs_answer;
    std::vector<Event> events;
    Client::JobResult wait_answer{JobState::succeeded, "{}"};
    std::optional<Error> failure;
    std::string failing;  ///< the call that fails; empty: each
    /// What the job of a long call tells while it runs; `on_tell` comes before each.
    std::vector<JobStatus> progress;
    std::function<void()> on_tell = [] {};

    std::vector<std::string> calls;
    std::vector<std::string> services;
    std::string digest;
    ClientOptions options;
    bool write_probe = false;
    UsageOptions usage_options;
    std::uint64_t since = 0, until = 0;
    std::string job_id;
    std::string change_id;
    std::optional<std::chrono::microseconds> limit;
};

class ScriptedService final : public Service {
  public:
    explicit ScriptedService(Script& script) : script_(script) {}

    ServiceStatus status() override {
        record("status");
        auto answer = script_.status_answer;
        if (script_.looks_before_health-- > 0) answer.health = "unknown";
        return answer;
    }
    std::string layout_document() override { return record("layout"), script_.document; }
    PlanReport plan(const std::vector<std::string>& services, const OnProgress& progress) override {
        script_.services = services;
        return record("plan"), tell(progress), script_.plan_answer;
    }
    ProvisionReport provision(const std::vector<std::string>& services, const std::string& digest,
                              const OnProgress& progress) override {
        script_.services = services;
        script_.digest = digest;
        return record("provision"), tell(progress), script_.provision_answer;
    }
    std::vector<AppliedChange> changes() override {
        return record("changes"), script_.changes_answer;
    }
    RollbackReport rollback(const std::string& change_id, bool dry_run,
                            const OnProgress& progress) override {
        script_.change_id = change_id;
        return record(dry_run ? "rehearse" : "rollback"), tell(progress), script_.rollback_answer;
    }
    ValidationReport validate(const std::vector<std::string>& services, bool write_probe,
                              const OnProgress& progress) override {
        script_.services = services;
        script_.write_probe = write_probe;
        return record("validate"), tell(progress), script_.validation_answer;
    }
    UsageReport usage(const std::vector<std::string>& services, const UsageOptions& options,
                      const OnProgress& progress) override {
        script_.services = services;
        script_.usage_options = options;
        return record("usage"), tell(progress), script_.usage_answer;
    }
    SampleReport sample(const OnProgress& progress) override {
        return record("sample"), tell(progress), script_.sample_answer;
    }
    std::vector<HistoryPoint> history(const std::string& service, std::uint64_t since,
                                      std::uint64_t until) override {
        script_.services.push_back(service);
        script_.since = since;
        script_.until = until;
        return record("history"), script_.history_answer[service];
    }
    std::vector<JobStatus> jobs() override { return record("jobs"), script_.jobs_answer; }
    JobStatus job(const std::string& id) override {
        script_.job_id = id;
        return record("job"), script_.jobs_answer.at(0);
    }
    Client::JobResult wait_for_job(const std::string& id,
                                   std::optional<std::chrono::microseconds> limit,
                                   const OnProgress& progress) override {
        script_.job_id = id;
        script_.limit = limit;
        return record("wait"), tell(progress), script_.wait_answer;
    }
    void cancel_job(const std::string& id) override {
        script_.job_id = id;
        record("cancel");
    }
    void follow(const std::function<void()>& on_ready, const OnEvent& on_event) override {
        record("follow");
        on_ready();
        for (const Event& event : script_.events)
            if (!on_event(event)) return;
    }

  private:
    void record(const char* call) {
        script_.calls.emplace_back(call);
        if (script_.failure && (script_.failing.empty() || script_.failing == call))
            throw Error(*script_.failure);
    }

    void tell(const OnProgress& progress) {
        for (const JobStatus& status : script_.progress) {
            script_.on_tell();
            if (!progress(status)) throw Error(ErrorCode::cancelled, "the job was cancelled");
        }
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

constexpr const char* AJob = "0123456789abcdef0123456789abcdef";

inline JobStatus running_job() {
    JobStatus job;
    job.job_id = AJob;
    job.kind = "GetUsage";
    job.phase = "walking";
    job.progress = 0.25;
    job.items_done = 1234;
    job.owner_uid = 1000;
    job.started_at = 1'700'000'000'000'000;
    return job;
}

inline Change mode_change(const std::string& subject) {
    return {ChangeKind::set_mode, "redis", subject, "0777", "0750", 0, {}};
}

}  // namespace jts::hot_storage::client
