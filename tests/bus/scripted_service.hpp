/// A service of that name in this process, on a bus of its own, whose long calls take as long as a
/// test says: what the client library does with jobs, without a tree that takes long to walk.
#pragma once

#include <sys/types.h>
#include <systemd/sd-bus.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace jts::hot_storage::test {

/// A dbus-daemon that DBUS_SYSTEM_BUS_ADDRESS points to, until the end.
class PrivateBus {
  public:
    PrivateBus();
    ~PrivateBus();
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;

  private:
    pid_t pid_ = -1;
};

struct Behaviour {
    /// How many Waits answer StillRunning; nothing at all: the call itself answers.
    int waits = 0;
    std::string state = "succeeded";
    std::string error;    ///< what the last Wait fails with, where not empty
    bool silent = false;  ///< Wait never answers
};

class ScriptedService {
  public:
    static constexpr const char* JobId = "0123456789abcdef0123456789abcdef";

    explicit ScriptedService(Behaviour behaviour);
    ~ScriptedService();
    ScriptedService(const ScriptedService&) = delete;
    ScriptedService& operator=(const ScriptedService&) = delete;

    /// The calls that came, such as `GetUsage wait=500000` and `Wait 500000`.
    std::vector<std::string> calls() const;

  private:
    static int on_call(sd_bus_message* message, void* self, sd_bus_error* error);
    int answer(sd_bus_message* message);
    int answer_usage(sd_bus_message* message);
    int answer_wait(sd_bus_message* message);
    void note(const std::string& call);

    Behaviour behaviour_;
    sd_bus* bus_ = nullptr;
    std::atomic<bool> stop_ = false;
    bool cancelled_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> calls_;
    std::thread loop_;
};

}  // namespace jts::hot_storage::test
