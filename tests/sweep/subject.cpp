/// What a sweep kills and makes fail: one operation of the engine on a real tree, with the real
/// program that makes accounts, and without a bus. Prints how it ended as one line of JSON.
///
///     sweep_subject provision | rollback ID | recover
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/current_error.hpp"
#include "engine/accounts_unit.hpp"
#include "engine/alarms.hpp"
#include "engine/changes.hpp"
#include "engine/executor.hpp"
#include "engine/system_clock.hpp"

extern char** environ;

namespace jts::hot_storage::test {
namespace {

using engine::Units;

/// Starts the accounts unit's program itself, with its stdout where systemd would put it.
class ChildUnits final : public Units {
  public:
    explicit ChildUnits(std::string program) : program_(std::move(program)) {}

    Outcome start(const std::string& unit) override {
        const std::string answer = "/run/jts-hot-storage/" + unit;
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, answer.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0600);
        char* const arguments[] = {program_.data(), nullptr};
        pid_t child = 0;
        const int error =
            ::posix_spawn(&child, program_.c_str(), &actions, nullptr, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0) throw Error(ErrorCode::failed, "the accounts unit cannot be started");
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        const bool is_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        return {is_well ? "done" : "failed", is_well ? "success" : "exit-code"};
    }
    std::vector<UnitFacts> look_up(const std::string&) override { return {}; }

  private:
    std::string program_;
};

/// The engine, wired as the daemon does it.
class Subject {
  public:
    explicit Subject(const char* accounts_program) : units_(accounts_program) {}

    nlohmann::json run(const std::vector<std::string>& arguments) {
        const auto& operation = arguments.at(0);
        engine::Job job("Sweep", 0, 0);
        job.begin("sweeping");
        const bool is_interrupted = changes_.find_interrupted();
        const engine::ChangeCall call{{0, ":1.1"}, true, job, {}};
        if (operation == "recover") {
            if (is_interrupted) changes_.recover(job, {});
            return {{"interrupted", is_interrupted}, {"outcomes", outcomes()}};
        }
        if (operation == "rollback") {
            const auto report = changes_.rollback(arguments.at(1), call);
            return {{"change_id", report.change_id},
                    {"restored", report.restored},
                    {"not_restored", report.not_restored.size()}};
        }
        const auto report = changes_.provision({}, {}, call);
        return {{"change_id", report.change_id},
                {"applied", report.applied},
                {"refused", report.refused.size()}};
    }

  private:
    std::vector<std::string> outcomes() {
        std::vector<std::string> found;
        for (const auto& change : changes_.list()) found.push_back(change.outcome);
        return found;
    }

    ChildUnits units_;
    engine::AccountsUnit accounts_{units_};
    engine::SystemClock clock_;
    engine::LayoutStore layouts_{{}};
    engine::Storage storage_{accounts_, layouts_};
    engine::Lane walks_{engine::LaneLimits{1, 1, 1, 1}};
    engine::Surveys surveys_{walks_, clock_};
    engine::Changes changes_{storage_, surveys_, accounts_, clock_, engine::Journal()};
};

int run(const std::vector<std::string>& arguments) {
    nlohmann::json answer;
    try {
        answer = Subject(SWEEP_ACCOUNTS_PROGRAM).run(arguments);
    } catch (...) {
        const auto error = current_error();
        answer = {{"error", bus_error_name(error.code())}, {"message", error.what()}};
    }
    std::puts(answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return answer.contains("error") ? 1 : 0;
}

}  // namespace
}  // namespace jts::hot_storage::test

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    return jts::hot_storage::test::run({argv + 1, argv + argc});
}
