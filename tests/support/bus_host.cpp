#include "support/bus_host.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace jts::hot_storage::test {
namespace {

constexpr const char* bus_address = "unix:path=/run/dbus/system_bus_socket";
constexpr const char* bus_config = "/run/dbus/system.conf";
constexpr std::chrono::seconds start_limit{60};

/// What Debian's /usr/share/dbus-1/system.conf allows and forbids, and root's right to play polkit
/// and systemd.
std::string config_text(const std::string& more = "") {
    return R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>)" +
           std::string(bus_address) + R"(</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus"
           send_interface="org.freedesktop.DBus.Introspectable"/>
  </policy>
  <policy user="root">
    <allow own="org.freedesktop.PolicyKit1"/>
    <allow own="org.freedesktop.systemd1"/>
    <allow send_destination="org.freedesktop.PolicyKit1"/>
    <allow send_destination="org.freedesktop.systemd1"/>
  </policy>
  <include>)" +
           World::source("dbus/org.jts.HotStorage1.conf") + R"(</include>
)" + more + "</busconfig>\n";
}

bool has_owner(const std::string& name) {
    const auto answer = Caller().call(
        {.member = "NameHasOwner",
         .fill = [&](sd_bus_message* call) { sd_bus_message_append(call, "s", name.c_str()); },
         .interface = "org.freedesktop.DBus",
         .path = "/org/freedesktop/DBus",
         .destination = "org.freedesktop.DBus"});
    return answer.ok() && answer.values.at(0).get<bool>();
}

/// Polls until the condition holds, as long as the process runs.
void wait_until(const Process& process, const std::string& what,
                const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + start_limit;
    while (!condition()) {
        if (!process.runs() || std::chrono::steady_clock::now() > end) {
            throw std::runtime_error(what + " did not start: " + process.errors());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace

PrivateBus::PrivateBus() {
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", bus_address, 1);
    write_file(bus_config, config_text());
    daemon_.emplace(
        Program{.arguments = {"/usr/bin/dbus-daemon", "--config-file=" + std::string(bus_config),
                              "--nofork", "--nopidfile", "--print-address=1"}});
    // It prints its address once it listens.
    wait_until(*daemon_, "dbus-daemon", [&] { return !daemon_->output().empty(); });
}

void PrivateBus::deny_root(const std::string& member) {
    write_file(bus_config, config_text("<policy user=\"root\"><deny "
                                       "send_destination=\"org.freedesktop.DBus\" "
                                       "send_interface=\"org.freedesktop.DBus\" send_member=\"" +
                                       member + "\"/></policy>"));
    daemon_->signal(SIGHUP);
    Caller root;
    wait_until(*daemon_, "the bus's new policy", [&] {
        return root.call({.member = member,
                          .fill = [](auto* call) { sd_bus_message_append(call, "s", "none"); },
                          .interface = "org.freedesktop.DBus",
                          .path = "/org/freedesktop/DBus",
                          .destination = "org.freedesktop.DBus"})
                   .error == "org.freedesktop.DBus.Error.AccessDenied";
    });
}

BusHost::BusHost() : systemd(World::built("src/accounts/jts-hot-storage-accounts")) {
    write_drop_in("00-base", R"({"format": 1, "base": "/mnt/jts/hot"})");
}

BusHost::~BusHost() {
    if (!daemon_ || !daemon_->runs()) return;
    EXPECT_EQ(stop_daemon(), 0);
}

void BusHost::start_daemon(std::vector<std::string> environment,
                           std::vector<std::string> launcher) {
    launcher.push_back(World::built("src/daemon/jts-hot-storaged"));
    daemon_.emplace(
        Program{.arguments = std::move(launcher), .environment = std::move(environment)});
    wait_until(*daemon_, "the daemon", [] { return has_owner("org.jts.HotStorage1"); });
}

int BusHost::stop_daemon() {
    daemon_->signal(SIGTERM);
    const int status = daemon_->wait().value_or(-1);
    EXPECT_EQ(daemon_->errors(), "");
    return status;
}

void BusHost::write_drop_in(const std::string& name, const std::string& text, unsigned mode) {
    write_file("/etc/jts-hot-storage/layout.d/" + name + ".json", text, mode);
}

Answer BusHost::plan(std::vector<std::string> names) {
    return call(0, {.member = "Plan", .fill = services(std::move(names))});
}

Answer BusHost::provision(std::vector<std::string> names, std::string digest) {
    return call(0, {.member = "Provision", .fill = services(std::move(names), std::move(digest))});
}

nlohmann::json BusHost::changes() {
    const auto answer = call(0, {.member = "ListChanges", .fill = no_options()});
    if (!answer.ok()) throw std::runtime_error("cannot list changes: " + answer.message);
    return answer.values.at(0);
}

Answer BusHost::rollback(const std::string& change_id, bool dry_run) {
    return call(0, {.member = "Rollback", .fill = [&](sd_bus_message* call) {
                        sd_bus_message_append(call, "sa{sv}", change_id.c_str(), 1, "dry_run", "b",
                                              static_cast<int>(dry_run));
                    }});
}

void BusHost::wait_for_recovery() {
    wait_until(*daemon_, "the recovery and the look after it", [this] {
        const auto health = property("Health");
        return health != "recovering" && health != "unknown";
    });
}

nlohmann::json BusHost::property(const std::string& name) {
    const auto answer = call(
        World::pat, {.member = "Get",
                     .fill =
                         [&](sd_bus_message* call) {
                             sd_bus_message_append(call, "ss", "org.jts.HotStorage1", name.c_str());
                         },
                     .interface = "org.freedesktop.DBus.Properties"});
    if (!answer.ok()) throw std::runtime_error("cannot read " + name + ": " + answer.message);
    return answer.values.at(0);
}

}  // namespace jts::hot_storage::test
