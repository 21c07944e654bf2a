#include "bus/systemd_units.hpp"

#include <chrono>

#include "bus/await_reply.hpp"
#include "bus/compat.hpp"
#include "bus/unit_look_up.hpp"
#include "jts/hot_storage/error.hpp"

namespace jts::hot_storage::bus {
namespace {

constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";
/// Every unit of ours has a TimeoutStartSec= far below; this bounds what systemd itself may take.
constexpr std::chrono::seconds job_timeout{120};

Error cannot(const std::string& action, const std::string& unit, const std::string& reason) {
    return Error(ErrorCode::failed, "systemd cannot " + action + " " + unit + ": " + reason +
                                        "; see `systemctl status " + unit + "`");
}

std::string end_of(std::future<std::string> job, const std::string& unit) {
    if (job.wait_for(job_timeout) != std::future_status::ready) {
        throw cannot("tell the end of", unit, "no answer within two minutes");
    }
    return job.get();
}

}  // namespace

SystemdUnits::SystemdUnits(EventLoop& loop)
    : loop_(loop),
      manager_(sdbus::createProxy(loop.connection(),
                                  compat::ServiceName("org.freedesktop.systemd1"),
                                  compat::ObjectPath("/org/freedesktop/systemd1"))) {
    manager_->uponSignal("JobRemoved")
        .onInterface(manager_interface)
        .call([this](std::uint32_t, const sdbus::ObjectPath& job, const std::string&,
                     const std::string& result) { on_job_removed(job, result); });
    compat::finish_registration(*manager_);
}

void SystemdUnits::on_job_removed(const std::string& job, const std::string& result) {
    std::lock_guard lock(mutex_);
    const auto node = jobs_.extract(job);
    if (!node.empty()) node.mapped()->set_value(result);
}

std::string SystemdUnits::run_job(const std::string& unit) {
    const auto ended = std::make_shared<std::promise<std::string>>();
    manager_->callMethodAsync("StartUnit")
        .onInterface(manager_interface)
        .withArguments(unit, std::string("fail"))
        .uponReplyInvoke(
            [this, unit, ended](compat::ReplyError error, const sdbus::ObjectPath& job) {
                if (error) {
                    ended->set_exception(
                        std::make_exception_ptr(cannot("start", unit, error->getMessage())));
                    return;
                }
                // Handled before the job's JobRemoved, which systemd sends after this answer.
                std::lock_guard lock(mutex_);
                jobs_.emplace(job, ended);
            });
    loop_.sent();
    return end_of(ended->get_future(), unit);
}

std::string SystemdUnits::unit_result(const std::string& unit) {
    try {
        const auto path =
            await_reply<sdbus::ObjectPath>(loop_, *manager_, manager_interface, "LoadUnit", unit);
        const auto proxy = sdbus::createProxy(
            loop_.connection(), compat::ServiceName("org.freedesktop.systemd1"), path);
        compat::finish_registration(*proxy);
        const auto result = await_reply<sdbus::Variant>(
            loop_, *proxy, properties_interface, "Get",
            std::string("org.freedesktop.systemd1.Service"), std::string("Result"));
        if (result.containsValueOfType<std::string>()) return result.get<std::string>();
        throw cannot("tell the result of", unit, "no text");
    } catch (const sdbus::Error& error) {
        throw cannot("tell the result of", unit, error.getMessage());
    }
}

engine::Units::Outcome SystemdUnits::start(const std::string& unit) {
    Outcome outcome{run_job(unit), "success"};
    if (outcome.job_result != "done") outcome.unit_result = unit_result(unit);
    return outcome;
}

std::vector<UnitFacts> SystemdUnits::look_up(const std::string& pattern) {
    return look_up_units(loop_, *manager_, pattern);
}

}  // namespace jts::hot_storage::bus
