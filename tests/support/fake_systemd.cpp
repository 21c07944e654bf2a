#include "support/fake_systemd.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>

#include "bus/compat.hpp"
#include "bus/process.hpp"
#include "dbus/test_systemd_adaptor.hpp"
#include "support/bus_host_connection.hpp"

namespace jts::hot_storage::test {
namespace {

namespace compat = bus::compat;
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* job_path = "/org/freedesktop/systemd1/job/";

/// SERVICE of jts-hot-storage-accounts@SERVICE.service.
std::optional<std::string> instance_of(const std::string& unit) {
    const auto at = unit.find('@');
    if (at == std::string::npos) return std::nullopt;
    return unit.substr(at + 1, unit.rfind('.') - at - 1);
}

}  // namespace

/// Every unit is this one object: the daemon looks at the one it has just started.
class FakeSystemd::Manager final
    : private HoldsConnection,
      public sdbus::AdaptorInterfaces<org::freedesktop::systemd1::Manager_adaptor,
                                      org::freedesktop::systemd1::Service_adaptor> {
  public:
    explicit Manager(std::string helper)
        : AdaptorInterfaces(*connection_, compat::ObjectPath(manager_path)),
          helper_(std::move(helper)) {
        registerAdaptor();
        connection_->requestName(compat::ServiceName("org.freedesktop.systemd1"));
        start_loop();
    }

    ~Manager() {
        end_loop();
        jobs_.clear();
        unregisterAdaptor();
    }

    UnitEnd really_run() {
        return {.work = [this](const std::string& unit) { run_helper(unit); }};
    }

    mutable std::mutex mutex_;
    Script script_ = [this](const std::string&) { return really_run(); };
    bool refuse_ = false;
    std::vector<std::string> environment_;
    std::vector<std::string> started_;

  private:
    using JobResult = sdbus::Result<sdbus::ObjectPath>;

    void StartUnit(JobResult&& result, std::string unit, std::string) override {
        std::lock_guard lock(mutex_);
        started_.push_back(unit);
        if (refuse_) {
            result.returnError(sdbus::Error(
                compat::ErrorName("org.freedesktop.systemd1.NoSuchUnit"), "scripted to refuse"));
            return;
        }
        const auto id = static_cast<std::uint32_t>(started_.size());
        const sdbus::ObjectPath job(job_path + std::to_string(id));
        result.returnResults(job);
        jobs_.emplace_back([this, id, job, unit, end = script_(unit)] {
            end.work(unit);
            {
                std::lock_guard result_lock(mutex_);
                unit_result_ = end.unit_result;
            }
            emitJobRemoved(id, job, unit, end.job_result);
        });
    }

    sdbus::ObjectPath LoadUnit(const std::string&) override {
        return sdbus::ObjectPath(manager_path);
    }

    std::string Result() override {
        std::lock_guard lock(mutex_);
        return unit_result_;
    }

    void run_helper(const std::string& unit) {
        Program program{.arguments = {helper_}, .output_path = "/run/jts-hot-storage/" + unit};
        if (const auto service = instance_of(unit)) program.arguments.push_back(*service);
        {
            std::lock_guard lock(mutex_);
            program.environment = environment_;
        }
        const auto finished = run(program);
        std::fputs(finished.errors.c_str(), stderr);
    }

    const std::string helper_;
    std::string unit_result_ = "success";
    std::vector<std::jthread> jobs_;
};

FakeSystemd::FakeSystemd(std::string accounts_helper)
    : manager_(std::make_unique<Manager>(std::move(accounts_helper))) {}

FakeSystemd::~FakeSystemd() = default;

void FakeSystemd::end_units(Script script) {
    std::lock_guard lock(manager_->mutex_);
    manager_->script_ = std::move(script);
}

void FakeSystemd::refuse_units() {
    std::lock_guard lock(manager_->mutex_);
    manager_->refuse_ = true;
}

void FakeSystemd::run_units() {
    std::lock_guard lock(manager_->mutex_);
    manager_->refuse_ = false;
    manager_->script_ = [this](const std::string&) { return manager_->really_run(); };
}

void FakeSystemd::set_environment(std::vector<std::string> environment) {
    std::lock_guard lock(manager_->mutex_);
    manager_->environment_ = std::move(environment);
}

std::vector<std::string> FakeSystemd::started() const {
    std::lock_guard lock(manager_->mutex_);
    return manager_->started_;
}

}  // namespace jts::hot_storage::test
