/// A private host with its own bus, polkit, systemd and the real daemon: the ground of the bus
/// tier.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/caller.hpp"
#include "bus/process.hpp"
#include "bus/world.hpp"
#include "support/fake_systemd.hpp"
#include "support/scripted_polkit.hpp"

namespace jts::hot_storage::test {

/// A bus as dbus-daemon(1) runs it for a system, with the project's own policy.
class PrivateBus {
  public:
    PrivateBus();
    void kill() { daemon_->signal(9); }
    /// From now on the bus itself answers root's calls of this member of its own with AccessDenied.
    void deny_root(const std::string& member);

  private:
    std::optional<Process> daemon_;
};

/// The base of the layout is /mnt/jts/hot, and nothing of it exists.
class BusHost {
  public:
    BusHost();
    ~BusHost();

    static constexpr const char* base = "/mnt/jts/hot";

    /// Starts the daemon and waits for its name on the bus. `launcher` is what starts it in turn.
    void start_daemon(std::vector<std::string> environment = {},
                      std::vector<std::string> launcher = {});
    Process& daemon() { return *daemon_; }
    /// Sends SIGTERM and waits. Its exit status; what it wrote to stderr, which is nothing where
    /// all is well, is a test failure.
    int stop_daemon();

    /// Writes /etc/jts-hot-storage/layout.d/NAME.json.
    static void write_drop_in(const std::string& name, const std::string& text,
                              unsigned mode = 0644);

    Answer call(uid_t uid, const Call& call) { return Caller(uid).call(call); }
    /// Plan's and Provision's answers to root, who needs no polkit.
    Answer plan(std::vector<std::string> names = {});
    Answer provision(std::vector<std::string> names = {}, std::string digest = {});
    /// ListChanges' answer to root.
    nlohmann::json changes();
    Answer rollback(const std::string& change_id, bool dry_run = false);
    /// Until interrupted changes are finished, or wait, and the host was looked at after that.
    void wait_for_recovery();
    /// The value of a property of the root object.
    nlohmann::json property(const std::string& name);

  private:
    World world_;

  public:
    PrivateBus bus;
    ScriptedPolkit polkit;
    FakeSystemd systemd;

  private:
    std::optional<Process> daemon_;
};

}  // namespace jts::hot_storage::test
