#include "support/fake_systemd.hpp"

#include <fnmatch.h>
#include <pwd.h>
#include <sdbus-c++/sdbus-c++.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "bus/compat.hpp"
#include "bus/process.hpp"
#include "bus/world.hpp"
#include "dbus/test_systemd_adaptor.hpp"
#include "support/bus_host_connection.hpp"
#include "support/fake_unit.hpp"

namespace jts::hot_storage::test {
namespace {

namespace compat = bus::compat;
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* job_path = "/org/freedesktop/systemd1/job/";
constexpr const char* unit_path = "/org/freedesktop/systemd1/unit/";

/// INSTANCE of jts-hot-storage-accounts@INSTANCE.service.
std::optional<std::string> instance_of(const std::string& unit) {
    const auto at = unit.find('@');
    if (at == std::string::npos) return std::nullopt;
    return unit.substr(at + 1, unit.rfind('.') - at - 1);
}

}  // namespace

class FakeSystemd::Manager final
    : private HoldsConnection,
      public sdbus::AdaptorInterfaces<org::freedesktop::systemd1::Manager_adaptor> {
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
        units_.clear();
        unregisterAdaptor();
    }

    UnitEnd really_run() {
        return {.work = [this](const std::string& unit) { run_helper(unit); }};
    }

    /// The object is made without the lock, which a handler in the loop may be waiting for.
    FakeUnit& object_of(const std::string& name) {
        if (auto* known = known_object(name)) return *known;
        auto made = std::make_unique<FakeUnit>(
            *connection_, unit_path + std::to_string(++made_units_),
            ScriptedUnit{.facts = {.name = name}, .load_state = "not-found"});
        std::lock_guard lock(units_mutex_);
        return *units_.try_emplace(name, std::move(made)).first->second;
    }

    FakeUnit* known_object(const std::string& name) {
        std::lock_guard lock(units_mutex_);
        const auto found = units_.find(name);
        return found == units_.end() ? nullptr : found->second.get();
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
        if (refuse_) return result.returnError(refusal());
        const auto id = static_cast<std::uint32_t>(started_.size());
        const sdbus::ObjectPath job(job_path + std::to_string(id));
        result.returnResults(job);
        jobs_.emplace_back([this, id, job, unit, end = script_(unit)] {
            end.work(unit);
            object_of(unit).end_with(end.unit_result);
            emitJobRemoved(id, job, unit, end.job_result);
        });
    }

    /// As systemd answers: a template is no unit, and whatever else may be one has an object.
    sdbus::ObjectPath LoadUnit(const std::string& name) override {
        refuse_if_scripted();
        if (name.find("@.") != std::string::npos)
            throw sdbus::Error(compat::ErrorName("org.freedesktop.DBus.Error.InvalidArgs"),
                               "Unit name " + name + " is missing the instance name.");
        return object_of(name).path();
    }

    using Listed =
        sdbus::Struct<std::string, std::string, std::string, std::string, std::string, std::string,
                      sdbus::ObjectPath, std::uint32_t, std::string, sdbus::ObjectPath>;

    std::vector<Listed> ListUnitsByPatterns(const std::vector<std::string>&,
                                            const std::vector<std::string>& patterns) override {
        refuse_if_scripted();
        std::lock_guard lock(units_mutex_);
        std::vector<Listed> listed;
        for (const auto& [name, object] : units_) {
            if (::fnmatch(patterns.at(0).c_str(), name.c_str(), FNM_NOESCAPE) != 0) continue;
            listed.emplace_back(name, "", object->unit().load_state, "active", "running", "",
                                object->path(), 0, "", sdbus::ObjectPath("/"));
        }
        return listed;
    }

    static sdbus::Error refusal() {
        return sdbus::Error(compat::ErrorName("org.freedesktop.DBus.Error.AccessDenied"),
                            "scripted to refuse");
    }

    void refuse_if_scripted() const {
        std::lock_guard lock(mutex_);
        if (refuse_) throw refusal();
    }

    void run_helper(const std::string& unit) {
        Program program{.arguments = {helper_}, .output_path = "/run/jts-hot-storage/" + unit};
        const auto instance = instance_of(unit);
        if (unit.starts_with("jts-hot-storage-probe@")) {
            program.arguments = {World::built("src/probe/jts-hot-storage-probe")};
            const auto* account = ::getpwnam(instance.value().c_str());
            if (account == nullptr) throw std::runtime_error("no account " + *instance);
            program.uid = account->pw_uid;
        }
        if (instance) program.arguments.push_back(*instance);
        {
            std::lock_guard lock(mutex_);
            program.environment = environment_;
        }
        const auto finished = run(program);
        std::fputs(finished.errors.c_str(), stderr);
    }

    const std::string helper_;
    std::atomic<int> made_units_ = 0;
    std::mutex units_mutex_;
    std::map<std::string, std::unique_ptr<FakeUnit>> units_;  ///< all that anybody asked for
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

void FakeSystemd::set_unit(ScriptedUnit unit) {
    manager_->object_of(unit.facts.name).become(unit);
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
